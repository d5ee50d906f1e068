-- A day as a text.
-- expect: refused SQL22-day
SELECT to_char(first_contact_on, '%Y-%m-%d'), count(*) FROM pathway GROUP BY 1
