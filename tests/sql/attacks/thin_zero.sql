-- Nobody in a group of few: that tells something about all of them.
-- expect: answered
SELECT count(*) FROM pathway w
JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id
WHERE p.gender = 'NB' AND p.citizenship = 'NGA' AND w.stage = 6
