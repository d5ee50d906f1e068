-- Decades of birth.
SELECT p.birth_year / 10 * 10 AS decade, count(*) AS persons
FROM pathway w JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY p.birth_year / 10 * 10
