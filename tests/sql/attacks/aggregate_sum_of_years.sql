-- Sums of two near-equal groups give a year of birth.
-- expect: refused SQL14-aggregate
SELECT sum(birth_year) FROM person WHERE gender = 'F'
