-- A CASE whose label is computed.
-- expect: refused SQL26-case
SELECT CASE WHEN gender = 'F' THEN citizenship ELSE 'x' END AS c, count(*) FROM person GROUP BY 1
