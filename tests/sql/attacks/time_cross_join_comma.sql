-- A cross join by a comma.
-- expect: refused SQL27-join-key
SELECT count(*) FROM service_event, referral WHERE service_event.site_id = 'PUA01'
