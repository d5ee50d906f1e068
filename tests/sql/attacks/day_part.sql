-- The day of the month.
-- expect: refused SQL22-day
SELECT date_part('day', first_contact_on), count(*) FROM pathway GROUP BY 1
