-- A key compared with another column.
-- expect: refused SQL27-join-key
SELECT count(*) FROM pathway w JOIN person p ON w.person_no = p.birth_year
