-- Row counts of every step.
-- expect: refused SQL04-not-a-select
EXPLAIN ANALYZE SELECT * FROM person WHERE citizenship = 'MAR'
