-- One row per referral, as it was on $as_of: left out if it was sent later, and only sent if the
-- answer came later.
SELECT
  c.person_no, r.site_id, r.case_id, r.referral_id, r.direction, r.body_type,
  CASE WHEN r.answered_on > $as_of THEN 'INVIATO' ELSE r.status END AS status,
  r.sent_on,
  CASE WHEN r.answered_on <= $as_of THEN r.answered_on END AS answered_on
FROM stored.referral r
JOIN "case" c ON c.site_id = r.site_id AND c.case_id = r.case_id
WHERE r.sent_on IS NULL OR r.sent_on <= $as_of
