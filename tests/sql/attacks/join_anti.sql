-- A left join that keeps who has none.
-- expect: refused SQL28-join-kind
SELECT count(*) FROM pathway w LEFT ANTI JOIN outcome o ON o.person_no = w.person_no
