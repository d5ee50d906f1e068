-- A label for a few.
-- expect: answered
SELECT CASE WHEN p.gender = 'NB' THEN 'few' ELSE 'others' END AS who, count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY 1
-- then
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
