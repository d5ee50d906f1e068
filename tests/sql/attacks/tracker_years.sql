-- Two limits of age a year apart.
-- expect: answered
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.birth_year < 1965
-- then
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.birth_year < 1964
