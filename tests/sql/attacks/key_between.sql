-- Persons by number: bisection.
-- expect: refused SQL17-key
SELECT count(*) FROM pathway WHERE person_no BETWEEN 10 AND 30
