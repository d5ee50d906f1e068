-- One row per service delivered or missed by $as_of.
SELECT c.person_no, s.site_id, s.case_id, s.event_id, s.type, s."on", s.hours, s.mediation, s.outcome
FROM stored.service_event s
JOIN "case" c ON c.site_id = s.site_id AND c.case_id = s.case_id
WHERE s."on" <= $as_of
