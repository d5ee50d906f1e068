-- A full join.
-- expect: refused SQL28-join-kind
SELECT count(*) FROM pathway w FULL JOIN outcome o ON o.person_no = w.person_no
