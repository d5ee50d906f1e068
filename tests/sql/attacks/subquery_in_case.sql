-- A query within CASE.
-- expect: refused SQL11-subquery
SELECT sum(CASE WHEN EXISTS (SELECT 1 FROM outcome) THEN 1 ELSE 0 END) FROM pathway
