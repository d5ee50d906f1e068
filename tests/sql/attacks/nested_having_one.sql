-- Groups of one person, counted.
-- expect: refused SQL32-nested
SELECT count(*) FROM (SELECT birth_year, citizenship FROM person GROUP BY birth_year, citizenship HAVING count(*) = 1) q
