-- Whether somebody in the group is.
-- expect: refused SQL14-aggregate
SELECT site_id, bool_or(exploitation) FROM employment GROUP BY site_id
