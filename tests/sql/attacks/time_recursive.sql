-- A recursive query that does not end.
-- expect: refused SQL10-recursive
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
