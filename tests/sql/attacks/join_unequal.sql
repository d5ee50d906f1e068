-- A join by order.
-- expect: refused SQL27-join-key
SELECT count(*) FROM pathway w JOIN outcome o ON o.person_no > w.person_no
