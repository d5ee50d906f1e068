-- Many rows of few persons.
-- expect: answered
SELECT site_id, type, count(*) FROM service_event WHERE type = 'ALLOGGIO' GROUP BY site_id, type
