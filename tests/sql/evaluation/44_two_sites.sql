-- Sex at two PUA of one province.
SELECT w.site_id, p.gender, count(*)
FROM pathway w JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.site_id IN ('PUA01', 'PUA02')
GROUP BY w.site_id, p.gender
