-- Taken in charge among those assessed (I15), by PUA.
SELECT site_id, avg(CASE WHEN stage >= 4 THEN 1.0 ELSE 0.0 END) AS share
FROM pathway
WHERE stage >= 3
GROUP BY site_id
