-- Quasi-identifiers of every person.
-- expect: refused SQL07-rows
SELECT gender, citizenship, birth_year FROM person
