-- How far pathways went (I16).
SELECT stage, count(*) AS persons FROM pathway GROUP BY stage ORDER BY stage
