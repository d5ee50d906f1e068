-- A cast as a grouping.
-- expect: refused SQL21-cast
SELECT CAST(birth_year AS VARCHAR) AS y, count(*) FROM person GROUP BY 1
