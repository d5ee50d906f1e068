-- Not null and all.
-- expect: answered
SELECT count(*), count(closure_reason) FROM pathway
-- then
SELECT count(*) FROM pathway WHERE closure_reason IS NULL
