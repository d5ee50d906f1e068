-- Persons with legal support (I44).
SELECT count(DISTINCT person_no) AS persons
FROM service_event
WHERE type = 'LEGALE' AND outcome = 'SVOLTO'
