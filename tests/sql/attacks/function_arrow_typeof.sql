-- The type of a value.
-- expect: refused SQL20-function
SELECT arrow_typeof(citizenship) AS c, count(*) FROM person GROUP BY 1
