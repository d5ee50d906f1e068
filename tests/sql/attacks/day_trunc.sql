-- Days, truncated to days.
-- expect: refused SQL22-day
SELECT date_trunc('day', first_contact_on), count(*) FROM pathway GROUP BY 1
