-- One row per person: the case that went furthest, and so the PUA the person is counted at.
-- A person seen at two PUA is counted once, at the PUA where the pathway went furthest; of
-- equal cases the earlier one counts. Stages are those of the funnel (I16); a stage passed
-- without a date of its own counts as passed.
SELECT person_no, site_id, site_person_id, case_id, stage,
       first_contact_on, assessed_on, taken_on, plan_on, closed_on, closure_reason
FROM (
  SELECT
    staged.*,
    ROW_NUMBER() OVER (
      PARTITION BY person_no
      ORDER BY stage DESC, COALESCE(taken_on, first_contact_on, reported_on), site_id, case_id
    ) AS place
  FROM (
    SELECT
      c.*,
      CASE
        WHEN reached.case_id IS NOT NULL AND c.taken_on IS NOT NULL THEN 6
        WHEN c.plan_on IS NOT NULL THEN 5
        WHEN c.taken_on IS NOT NULL THEN 4
        WHEN c.assessed_on IS NOT NULL THEN 3
        WHEN c.first_contact_on IS NOT NULL THEN 2
        ELSE 1
      END AS stage
    FROM "case" c
    LEFT JOIN (SELECT DISTINCT site_id, case_id FROM outcome WHERE type <> 'REENTRY') reached
      ON reached.site_id = c.site_id AND reached.case_id = c.case_id
  ) staged
) ranked
WHERE place = 1
