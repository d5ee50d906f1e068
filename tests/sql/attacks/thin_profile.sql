-- A profile of one person.
-- expect: answered
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.gender = 'F' AND p.citizenship = 'NGA' AND p.birth_year = 1990 AND w.site_id = 'PUA06'
