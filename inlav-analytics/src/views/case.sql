-- One row per case.
SELECT
  p.person_no, c.site_id, c.site_person_id, c.case_id, c.state,
  c.reported_on, c.first_contact_on, c.assessed_on, c.taken_on, c.plan_on, c.closed_on,
  c.closure_reason, c.entry_channel, c.target_group, c.identification_status,
  c.residence_title_entry, c.employment_entry, c.regularity_entry
FROM stored."case" c
JOIN person p ON p.site_id = c.site_id AND p.site_person_id = c.site_person_id
