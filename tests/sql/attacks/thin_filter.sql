-- A small group by FILTER.
-- expect: answered
SELECT count(*) FILTER (WHERE p.gender = 'TM') AS few, count(*) AS all_persons FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
