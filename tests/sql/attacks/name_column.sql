-- A column that does not exist.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM person WHERE surname = 'x'
