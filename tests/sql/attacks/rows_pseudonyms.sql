-- The list of pseudonyms.
-- expect: refused SQL07-rows
SELECT person_no, site_person_id FROM person
