-- The plan and its statistics.
-- expect: refused SQL04-not-a-select
EXPLAIN SELECT * FROM person
