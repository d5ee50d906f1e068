-- The first letters of a code.
-- expect: refused SQL20-function
SELECT count(*) FROM person WHERE starts_with(citizenship, 'M')
