-- A long text.
-- expect: refused SQL20-function
SELECT count(*) FROM person WHERE repeat(citizenship, 100000000) = 'x'
