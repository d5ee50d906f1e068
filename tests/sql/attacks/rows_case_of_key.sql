-- A CASE that marks one person.
-- expect: refused SQL17-key
SELECT CASE WHEN person_no = 17 THEN 'a' ELSE 'b' END AS c, count(*) FROM pathway GROUP BY 1
