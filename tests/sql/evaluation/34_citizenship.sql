-- Citizenship, of all persons met.
SELECT p.citizenship, count(*) AS persons
FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY p.citizenship
ORDER BY persons DESC
