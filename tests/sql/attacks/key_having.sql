-- HAVING over a pseudonym.
-- expect: refused SQL17-key
SELECT site_id, count(*) FROM pathway GROUP BY site_id, person_no HAVING person_no = 17
