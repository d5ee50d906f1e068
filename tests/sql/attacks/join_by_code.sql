-- Persons joined by what they have in common.
-- expect: refused SQL27-join-key
SELECT count(*) FROM pathway w JOIN "case" c ON c.closure_reason = w.closure_reason
