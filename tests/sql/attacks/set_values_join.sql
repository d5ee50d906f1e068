-- A list of persons joined.
-- expect: refused SQL09-set-operation
SELECT count(*) FROM pathway w JOIN (VALUES (17)) v(person_no) ON v.person_no = w.person_no
