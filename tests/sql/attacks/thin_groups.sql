-- Small groups: transgender persons by PUA.
-- expect: answered
SELECT w.site_id, count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.gender = 'TF'
GROUP BY w.site_id
