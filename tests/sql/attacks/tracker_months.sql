-- Two periods a month apart, of a PUA.
-- expect: answered
SELECT count(*) FROM pathway WHERE site_id = 'PUA06' AND first_contact_on < DATE '2024-10-01'
-- then
SELECT count(*) FROM pathway WHERE site_id = 'PUA06' AND first_contact_on < DATE '2024-11-01'
