-- ORDER BY … LIMIT 1 shows the extreme.
-- expect: refused SQL13-limit
SELECT site_id, count(*) FROM pathway GROUP BY site_id ORDER BY count(*) LIMIT 1
