-- HAVING counts under the threshold.
-- expect: answered
SELECT site_id, closure_reason, count(*) FROM pathway GROUP BY site_id, closure_reason HAVING count(*) < 5
