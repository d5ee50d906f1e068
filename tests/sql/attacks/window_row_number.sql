-- Numbers rows.
-- expect: refused SQL12-window
SELECT row_number() OVER (ORDER BY birth_year) FROM person
