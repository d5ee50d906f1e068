-- A window over groups.
-- expect: refused SQL12-window
SELECT site_id, sum(count(*)) OVER () FROM pathway GROUP BY site_id
