-- Years of birth, one by one.
-- expect: answered
SELECT p.birth_year, count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY p.birth_year
