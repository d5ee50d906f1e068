-- A correlated query counts one person's rows.
-- expect: refused SQL11-subquery
SELECT count(*) FROM pathway w WHERE (SELECT count(*) FROM outcome o WHERE o.person_no = w.person_no) = 7
