-- Waiting days, one group each.
-- expect: refused SQL25-grouping
SELECT taken_on - first_contact_on AS d, count(*) FROM pathway GROUP BY 1
