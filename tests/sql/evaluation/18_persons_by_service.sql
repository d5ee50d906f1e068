-- Persons with at least one service held, by type (I30).
SELECT type, count(DISTINCT person_no) AS persons
FROM service_event
WHERE outcome = 'SVOLTO'
GROUP BY type
