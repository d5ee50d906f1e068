-- One row per case, as it was on $as_of: a case whose first date is later is left out, a later date
-- is empty, and a state that came with a later date is read from the dates that are left.
SELECT
  p.person_no, c.site_id, c.site_person_id, c.case_id,
  CASE
    WHEN c.last_on IS NULL OR c.last_on <= $as_of THEN c.state
    WHEN c.plan_on <= $as_of THEN 'PIANO_ATTIVO'
    WHEN c.taken_on <= $as_of THEN 'PRESO_IN_CARICO'
    WHEN c.assessed_on <= $as_of THEN 'VALUTAZIONE'
    WHEN c.first_contact_on <= $as_of THEN 'CONTATTATO'
    ELSE 'SEGNALATO'
  END AS state,
  CASE WHEN c.reported_on <= $as_of THEN c.reported_on END AS reported_on,
  CASE WHEN c.first_contact_on <= $as_of THEN c.first_contact_on END AS first_contact_on,
  CASE WHEN c.assessed_on <= $as_of THEN c.assessed_on END AS assessed_on,
  CASE WHEN c.taken_on <= $as_of THEN c.taken_on END AS taken_on,
  CASE WHEN c.plan_on <= $as_of THEN c.plan_on END AS plan_on,
  CASE WHEN c.closed_on <= $as_of THEN c.closed_on END AS closed_on,
  CASE WHEN c.closed_on > $as_of THEN NULL ELSE c.closure_reason END AS closure_reason,
  c.entry_channel, c.target_group, c.identification_status,
  c.residence_title_entry, c.employment_entry, c.regularity_entry
FROM (
  SELECT
    *,
    LEAST(reported_on, first_contact_on, assessed_on, taken_on, plan_on, closed_on) AS first_on,
    GREATEST(reported_on, first_contact_on, assessed_on, taken_on, plan_on, closed_on) AS last_on
  FROM stored."case"
) c
JOIN person p ON p.site_id = c.site_id AND p.site_person_id = c.site_person_id
WHERE c.first_on IS NULL OR c.first_on <= $as_of
