-- A row of one's own, to be told from others.
-- expect: refused SQL04-not-a-select
INSERT INTO person VALUES (1)
