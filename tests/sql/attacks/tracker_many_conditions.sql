-- More conditions than can be protected.
-- expect: refused SQL33-too-many-conditions
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.gender = 'F' AND p.citizenship = 'MAR' AND p.education = '3' AND w.stage = 6 AND w.site_id = 'PUA02' AND p.birth_year > 1980
