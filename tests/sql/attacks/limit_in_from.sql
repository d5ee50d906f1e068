-- A selection of the first rows.
-- expect: refused SQL13-limit
SELECT gender, count(*) FROM (SELECT gender FROM person ORDER BY birth_year LIMIT 1) q GROUP BY gender
