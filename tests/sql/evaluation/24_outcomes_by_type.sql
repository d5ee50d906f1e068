-- Persons who reached each outcome.
SELECT type, count(DISTINCT person_no) AS persons
FROM outcome
GROUP BY type
ORDER BY 2 DESC
