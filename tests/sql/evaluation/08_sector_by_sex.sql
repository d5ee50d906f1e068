-- Sector of exploitation by sex (I37).
SELECT e.sector, p.gender, count(DISTINCT e.person_no) AS persons
FROM employment e
JOIN person p ON p.person_no = e.person_no AND p.site_id = e.site_id
WHERE e.exploitation = true
GROUP BY e.sector, p.gender
