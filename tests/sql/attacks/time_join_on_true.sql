-- A join on anything.
-- expect: refused SQL27-join-key
SELECT count(*) FROM pathway JOIN outcome ON true
