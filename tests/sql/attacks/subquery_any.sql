-- = ANY with a query.
-- expect: refused SQL11-subquery
SELECT count(*) FROM pathway WHERE person_no = ANY (SELECT person_no FROM outcome)
