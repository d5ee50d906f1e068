-- EXISTS as an oracle.
-- expect: refused SQL11-subquery
SELECT count(*) FROM site WHERE EXISTS (SELECT 1 FROM person WHERE citizenship = 'MAR' AND birth_year = 1990)
