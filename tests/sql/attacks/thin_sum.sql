-- A small group by sum.
-- expect: answered
SELECT sum(CASE WHEN p.gender = 'NB' THEN 1 ELSE 0 END) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
