-- The same selection in other words, for another answer.
-- expect: answered
SELECT p.gender, count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.stage >= 4
GROUP BY p.gender
-- then
SELECT p.gender, count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.stage IN (4, 5, 6)
GROUP BY p.gender
-- then
SELECT p.gender, sum(CASE WHEN w.stage > 3 THEN 1 ELSE 0 END) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY p.gender
