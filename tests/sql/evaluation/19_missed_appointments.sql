-- Missed appointments (I31), by PUA.
SELECT site_id,
       count(*) FILTER (WHERE outcome = 'ASSENTE') AS missed,
       count(*) AS planned
FROM service_event
WHERE outcome IN ('SVOLTO', 'ASSENTE')
GROUP BY site_id
