-- A sum of PUA and the PUA one by one, one of them with a condition.
-- expect: answered
SELECT count(*) FROM pathway WHERE site_id IN ('PUA05', 'PUA06') AND closure_reason = 'PERSO'
-- then
SELECT count(*) FROM pathway WHERE site_id = 'PUA05' AND closure_reason = 'PERSO'
-- then
SELECT count(*) FROM pathway WHERE site_id = 'PUA06' AND closure_reason = 'PERSO'
