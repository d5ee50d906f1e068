-- The largest group.
-- expect: refused SQL32-nested
SELECT max(n) FROM (SELECT site_id, count(*) AS n FROM pathway GROUP BY site_id) q
