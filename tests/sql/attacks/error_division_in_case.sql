-- A CASE with a branch that fails.
-- expect: refused SQL26-case
SELECT sum(CASE WHEN birth_year = 1990 THEN 1 / 0 ELSE 0 END) FROM person
