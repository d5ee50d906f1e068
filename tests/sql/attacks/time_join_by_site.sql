-- Every person of a PUA with every other.
-- expect: refused SQL27-join-key
SELECT count(*) FROM pathway w JOIN outcome o ON o.site_id = w.site_id
