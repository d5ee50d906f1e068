-- A union of a large group and a small one.
-- expect: answered
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.site_id = 'PUA02'
-- then
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.site_id = 'PUA02' OR (w.site_id = 'PUA06' AND p.citizenship = 'NGA')
