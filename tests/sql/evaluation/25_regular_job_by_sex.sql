-- Persons with a regular job (I55), by sex.
SELECT p.gender, count(DISTINCT o.person_no) AS persons
FROM outcome o
JOIN "case" c ON c.site_id = o.site_id AND c.case_id = o.case_id
JOIN person p ON p.site_id = c.site_id AND p.site_person_id = c.site_person_id
WHERE o.type = 'LAV_REG'
GROUP BY p.gender
