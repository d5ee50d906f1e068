-- Distinct combinations single people out.
-- expect: refused SQL08-distinct
SELECT DISTINCT gender, citizenship, birth_year FROM person
