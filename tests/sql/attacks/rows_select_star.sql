-- Rows of all persons.
-- expect: refused SQL07-rows
SELECT * FROM person
