-- Two columns as one.
-- expect: refused SQL25-grouping
SELECT citizenship || gender AS c, count(*) FROM person GROUP BY 1
