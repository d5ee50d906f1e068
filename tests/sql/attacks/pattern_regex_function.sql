-- A regular expression as a function.
-- expect: refused SQL20-function
SELECT count(*) FROM person WHERE regexp_like(citizenship, '^M')
