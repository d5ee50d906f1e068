-- A person's value.
-- expect: refused SQL14-aggregate
SELECT last_value(citizenship ORDER BY birth_year) FROM person
