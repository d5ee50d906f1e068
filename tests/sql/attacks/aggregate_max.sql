-- The last day somebody was met.
-- expect: refused SQL14-aggregate
SELECT site_id, max(first_contact_on) FROM pathway GROUP BY site_id
