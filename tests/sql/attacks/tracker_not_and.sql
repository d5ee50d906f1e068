-- The tracker of Denning: NOT of a conjunction.
-- expect: answered
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.gender = 'F'
-- then
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.gender = 'F' AND NOT (p.citizenship = 'ECU' AND w.site_id = 'PUA02')
