-- A cast that fails if there is such a person.
-- expect: refused SQL21-cast
SELECT count(*) FROM person WHERE CAST(citizenship AS INT) = 1
