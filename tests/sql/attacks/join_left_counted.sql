-- Distinct persons of a side that may be empty.
-- expect: refused SQL28-join-kind
SELECT count(DISTINCT p.person_no) FROM pathway w LEFT JOIN person p ON p.site_person_id = w.site_person_id
