-- One row per job that did not begin in a year after that of $as_of: only the year is known.
SELECT
  p.person_no, e.site_id, e.employment_id, e.start_year, e.sector, e.contract, e.regularity, e.exploitation
FROM stored.employment e
JOIN person p ON p.site_id = e.site_id AND p.site_person_id = e.site_person_id
WHERE e.start_year IS NULL OR e.start_year <= DATE_PART('year', $as_of)
