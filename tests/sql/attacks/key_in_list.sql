-- Counts of some persons.
-- expect: refused SQL17-key
SELECT gender, count(*) FROM person WHERE person_no IN (1, 2, 3) GROUP BY gender
