-- A small group as a mean.
-- expect: answered
SELECT avg(CASE WHEN p.gender = 'NB' THEN 1 ELSE 0 END) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
