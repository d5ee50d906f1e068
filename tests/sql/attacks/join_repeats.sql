-- A join that repeats rows: counts of pairs.
-- expect: refused SQL30-repeated
SELECT count(*) FROM service_event s JOIN outcome o ON o.person_no = s.person_no
