-- Persons by PUA and in all: their sum says who was seen twice.
-- expect: answered
SELECT site_id, count(DISTINCT person_no) FROM "case" GROUP BY site_id
-- then
SELECT count(DISTINCT person_no) FROM "case"
