-- More groups than can be protected.
-- expect: refused SQL34-too-many-cells
SELECT w.site_id, p.gender, p.citizenship, p.birth_year, count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
GROUP BY 1, 2, 3, 4
