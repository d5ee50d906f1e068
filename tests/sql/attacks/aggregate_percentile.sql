-- A person at a percentile.
-- expect: refused SQL14-aggregate
SELECT approx_percentile_cont(0.01) WITHIN GROUP (ORDER BY birth_year) FROM person
