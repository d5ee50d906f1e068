-- A second statement behind an allowed one.
-- expect: refused SQL03-several-statements
SELECT count(*) FROM pathway; SELECT * FROM person
