-- Where a letter stands.
-- expect: refused SQL20-function
SELECT count(*) FROM person WHERE strpos(citizenship, 'M') = 1
