-- Lengths of time that differ by a day.
-- expect: refused SQL22-day
SELECT count(*) FROM pathway WHERE taken_on <= first_contact_on + INTERVAL '31 days'
