-- Services with mediation (I26), by PUA.
SELECT site_id, mediation, count(*) AS events
FROM service_event
GROUP BY site_id, mediation
