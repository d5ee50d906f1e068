-- Beneficiaries (I11), by PUA.
SELECT site_id, count(*) AS persons
FROM pathway
WHERE stage >= 4
GROUP BY site_id
