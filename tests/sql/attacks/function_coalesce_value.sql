-- A missing value taken for a code.
-- expect: refused SQL20-function
SELECT coalesce(citizenship, 'MAR') AS c, count(*) FROM person GROUP BY 1
