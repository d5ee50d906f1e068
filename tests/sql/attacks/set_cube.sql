-- All margins.
-- expect: refused SQL16-grouping-sets
SELECT gender, education, count(*) FROM person GROUP BY CUBE (gender, education)
