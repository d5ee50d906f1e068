-- A view dropped.
-- expect: refused SQL04-not-a-select
DROP VIEW person
