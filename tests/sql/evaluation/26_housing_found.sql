-- Persons who found housing (I46), by PUA.
SELECT site_id, count(DISTINCT person_no) AS persons
FROM outcome
WHERE type = 'CASA'
GROUP BY site_id
