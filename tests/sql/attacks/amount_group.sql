-- One group per amount.
-- expect: refused SQL18-amount
SELECT hours, count(*) FROM service_event GROUP BY hours
