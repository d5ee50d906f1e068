-- A division by zero if there is such a person.
-- expect: refused SQL24-condition
SELECT count(*) FROM person WHERE 1 / (birth_year - 1990) > 0
