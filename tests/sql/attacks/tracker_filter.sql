-- Both counts in one query.
-- expect: answered
SELECT count(*), count(*) FILTER (WHERE p.gender <> 'NB') FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
