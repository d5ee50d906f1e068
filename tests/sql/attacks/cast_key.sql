-- The error of a cast prints the value.
-- expect: refused SQL07-rows
SELECT CAST(site_person_id AS INT) FROM person
