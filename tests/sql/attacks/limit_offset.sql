-- Groups one by one.
-- expect: refused SQL13-limit
SELECT citizenship, count(*) FROM person GROUP BY citizenship OFFSET 3
