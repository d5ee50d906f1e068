-- Sex by PUA, of all persons met.
SELECT w.site_id, p.gender, count(*) AS persons
FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY w.site_id, p.gender
