-- One group per pseudonym.
-- expect: refused SQL17-key
SELECT case_id, count(*) FROM "case" GROUP BY case_id
