-- The engine's DESCRIBE.
-- expect: refused SQL04-not-a-select
DESCRIBE person
