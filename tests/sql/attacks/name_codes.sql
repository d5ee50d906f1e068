-- The table of codes is not about anybody, and not for queries.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM code
