-- A part of a code.
-- expect: refused SQL20-function
SELECT substr(citizenship, 1, 1) AS c, count(*) FROM person GROUP BY 1
