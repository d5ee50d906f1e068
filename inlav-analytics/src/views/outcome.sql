-- One row per outcome reached by $as_of.
SELECT c.person_no, o.site_id, o.case_id, o.outcome_id, o.type, o."on"
FROM stored.outcome o
JOIN "case" c ON c.site_id = o.site_id AND c.case_id = o.case_id
WHERE o."on" <= $as_of
