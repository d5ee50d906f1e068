-- The oldest person.
-- expect: refused SQL14-aggregate
SELECT min(birth_year) FROM person
