-- Rows and distinct persons: who has more than one.
-- expect: answered
SELECT count(*), count(DISTINCT person_no) FROM person
-- then
SELECT count(*) FROM pathway
