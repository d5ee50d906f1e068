-- A scalar subquery in the result.
-- expect: refused SQL11-subquery
SELECT count(*), (SELECT max(birth_year) FROM person) FROM pathway
