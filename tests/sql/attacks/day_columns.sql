-- Two days compared.
-- expect: refused SQL27-join-key
SELECT count(*) FROM pathway WHERE taken_on = first_contact_on
