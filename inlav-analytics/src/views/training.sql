-- One row per operator and session attended by $as_of. operator_no is the same for one operator at
-- every PUA.
SELECT l.operator_no, t.site_id, t.track, t."on", t.hours
FROM stored.training t
LEFT JOIN stored.operator_links l ON l.site_id = t.site_id AND l.operator_id = t.operator_id
WHERE t."on" <= $as_of
