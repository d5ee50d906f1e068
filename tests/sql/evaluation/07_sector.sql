-- Sector of the job of exploitation (I37): persons.
SELECT sector, count(DISTINCT person_no) AS persons
FROM employment
WHERE exploitation
GROUP BY sector
ORDER BY persons DESC
