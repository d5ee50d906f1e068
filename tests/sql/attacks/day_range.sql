-- Two ranges that differ by a day.
-- expect: refused SQL22-day
SELECT count(*) FROM pathway WHERE first_contact_on < DATE '2024-05-06'
