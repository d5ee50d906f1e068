-- A scalar subquery as an oracle.
-- expect: refused SQL11-subquery
SELECT count(*) FROM pathway WHERE stage > (SELECT min(stage) FROM pathway)
