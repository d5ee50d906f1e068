-- A left join with a condition.
-- expect: refused SQL28-join-kind
SELECT count(*) FROM pathway w LEFT JOIN person p ON p.site_person_id = w.site_person_id AND p.gender = 'F'
