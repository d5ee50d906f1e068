-- PUA with more than fifty persons in charge.
SELECT site_id, count(*) AS persons
FROM pathway
WHERE stage >= 4
GROUP BY site_id
HAVING count(*) > 50
ORDER BY persons DESC
