-- IN with a query selects persons by another table.
-- expect: refused SQL11-subquery
SELECT gender, count(*) FROM person WHERE person_no IN (SELECT person_no FROM outcome WHERE type = 'DENUNCIA') GROUP BY gender
