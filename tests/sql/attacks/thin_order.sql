-- The order tells the size.
-- expect: answered
SELECT p.citizenship, count(*) AS n FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY p.citizenship ORDER BY n DESC
