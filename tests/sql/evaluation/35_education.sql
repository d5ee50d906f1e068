-- Education by sex.
SELECT p.education, p.gender, count(*)
FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY p.education, p.gender
