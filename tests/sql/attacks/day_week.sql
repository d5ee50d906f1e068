-- Weeks.
-- expect: refused SQL22-day
SELECT date_trunc('week', first_contact_on), count(*) FROM pathway GROUP BY 1
