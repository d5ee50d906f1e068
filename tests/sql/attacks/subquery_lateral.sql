-- A LATERAL query.
-- expect: refused SQL11-subquery
SELECT count(*) FROM pathway w, LATERAL (SELECT type FROM outcome o WHERE o.person_no = w.person_no) q
