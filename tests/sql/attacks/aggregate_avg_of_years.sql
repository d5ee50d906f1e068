-- Means of two near-equal groups give a year of birth.
-- expect: refused SQL14-aggregate
SELECT avg(birth_year) FROM person
