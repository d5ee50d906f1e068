-- A division of counts by zero is nothing, and a withheld one is withheld.
-- expect: answered
SELECT p.citizenship, 1.0 / (count(*) - 3) AS x FROM pathway w JOIN person p ON p.site_id = w.site_id AND p.site_person_id = w.site_person_id GROUP BY p.citizenship
