-- Persons told apart by a remainder.
-- expect: refused SQL17-key
SELECT person_no % 600 AS n, count(*) FROM pathway GROUP BY person_no % 600
