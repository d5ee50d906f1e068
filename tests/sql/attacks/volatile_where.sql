-- A random half: two answers differ by few.
-- expect: refused SQL20-function
SELECT count(*) FROM person WHERE random() < 0.5
