-- A name for every row.
-- expect: refused SQL20-function
SELECT uuid() AS u, count(*) FROM person GROUP BY 1
