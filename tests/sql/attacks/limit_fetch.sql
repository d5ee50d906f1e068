-- FETCH FIRST.
-- expect: refused SQL13-limit
SELECT birth_year FROM person ORDER BY birth_year FETCH FIRST 1 ROW ONLY
