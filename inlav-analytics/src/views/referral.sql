-- One row per referral.
SELECT c.person_no, r.site_id, r.case_id, r.referral_id, r.body_type, r.status, r.sent_on, r.answered_on
FROM stored.referral r
JOIN "case" c ON c.site_id = r.site_id AND c.case_id = r.case_id
