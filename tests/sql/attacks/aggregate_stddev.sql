-- A deviation of 0 says that all are the same.
-- expect: refused SQL14-aggregate
SELECT site_id, stddev(birth_year) FROM person GROUP BY site_id
