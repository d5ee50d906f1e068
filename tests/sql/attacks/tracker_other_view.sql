-- The same persons through another view.
-- expect: answered
SELECT count(*) FROM pathway WHERE closed_on IS NOT NULL
-- then
SELECT count(*) FROM pathway WHERE closed_on IS NOT NULL AND closure_reason <> 'DECESSO'
