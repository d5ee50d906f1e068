-- Counts into a file.
-- expect: refused SQL04-not-a-select
COPY (SELECT site_id, count(*) FROM pathway GROUP BY site_id) TO '/tmp/x.csv'
