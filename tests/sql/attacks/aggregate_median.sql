-- A person in the middle.
-- expect: refused SQL14-aggregate
SELECT median(birth_year) FROM person
