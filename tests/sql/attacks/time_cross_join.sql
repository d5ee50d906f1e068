-- A cross join.
-- expect: refused SQL27-join-key
SELECT count(*) FROM pathway CROSS JOIN outcome
