-- How many different values there are in a group.
-- expect: refused SQL15-counted
SELECT site_id, count(DISTINCT birth_year) FROM person GROUP BY site_id
