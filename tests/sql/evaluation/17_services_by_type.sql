-- Services held, by type.
SELECT type, count(*) AS events
FROM service_event
WHERE outcome = 'SVOLTO'
GROUP BY type
