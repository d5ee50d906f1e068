-- Sums of amounts tell one person's.
-- expect: refused SQL14-aggregate
SELECT site_id, sum(hours) FROM service_event GROUP BY site_id
