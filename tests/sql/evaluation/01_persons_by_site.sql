-- Persons met, by PUA.
SELECT site_id, count(*) FROM pathway GROUP BY site_id ORDER BY site_id
