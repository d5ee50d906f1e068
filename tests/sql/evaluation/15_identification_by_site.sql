-- Where the identification stands (I35), by PUA.
SELECT site_id, identification_status, count(*)
FROM "case"
GROUP BY site_id, identification_status
