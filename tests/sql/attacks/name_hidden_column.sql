-- A column that the view leaves out.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM person WHERE birth_date IS NOT NULL
