-- One group per day.
-- expect: refused SQL22-day
SELECT first_contact_on, count(*) FROM pathway GROUP BY first_contact_on
