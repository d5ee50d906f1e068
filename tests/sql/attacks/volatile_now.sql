-- A clock.
-- expect: refused SQL20-function
SELECT count(*) FROM pathway WHERE first_contact_on > now()
