-- Age in bands, of persons taken in charge.
SELECT CASE WHEN p.birth_year >= 1995 THEN 'up to 30'
            WHEN p.birth_year >= 1980 THEN '31 to 45'
            WHEN p.birth_year < 1980 THEN 'over 45' END AS age,
       count(*) AS persons
FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE w.stage >= 4
GROUP BY 1
