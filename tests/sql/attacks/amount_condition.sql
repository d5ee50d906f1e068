-- Bisection over amounts.
-- expect: refused SQL18-amount
SELECT count(*) FROM service_event WHERE hours > 3.25
