-- Groupings that overlap.
-- expect: refused SQL16-grouping-sets
SELECT gender, citizenship, count(*) FROM person GROUP BY GROUPING SETS ((gender), (citizenship))
