-- The difference as a share with all decimals.
-- expect: answered
SELECT 1.0 - 1.0 * count(*) FILTER (WHERE p.gender <> 'NB') / count(*) AS few FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
