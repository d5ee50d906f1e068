-- Cases open now (I22), by PUA.
SELECT site_id, count(*) AS open_cases
FROM "case"
WHERE state <> 'CHIUSO'
GROUP BY site_id
