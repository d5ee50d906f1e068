-- Two stages of the pathway, of one PUA, by subtraction.
-- expect: answered
SELECT count(*) FROM pathway WHERE stage >= 4 AND site_id = 'PUA10'
-- then
SELECT count(*) FROM pathway WHERE stage >= 5 AND site_id = 'PUA10'
