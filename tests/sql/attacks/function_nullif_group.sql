-- A value made nothing.
-- expect: refused SQL20-function
SELECT nullif(gender, 'F') AS g, count(*) FROM person GROUP BY 1
