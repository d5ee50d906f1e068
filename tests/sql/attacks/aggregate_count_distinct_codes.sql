-- One value in a group says that all share it.
-- expect: refused SQL15-counted
SELECT site_id, count(DISTINCT residence_title_entry) FROM "case" GROUP BY site_id
