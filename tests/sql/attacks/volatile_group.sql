-- GROUP BY random() samples persons.
-- expect: refused SQL20-function
SELECT random() AS r, count(*) FROM person GROUP BY random()
