-- Women of a PUA, and women of the PUA who are not of one citizenship.
-- expect: answered
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.site_id = 'PUA02' AND p.gender = 'F'
-- then
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.site_id = 'PUA02' AND p.gender = 'F' AND p.citizenship <> 'ECU'
