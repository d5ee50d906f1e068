-- QUALIFY keeps one row of each group.
-- expect: refused SQL12-window
SELECT gender, birth_year FROM person QUALIFY row_number() OVER (PARTITION BY gender ORDER BY birth_year) = 1
