-- Counts of one person.
-- expect: refused SQL17-key
SELECT count(*) FROM pathway WHERE person_no = 17
