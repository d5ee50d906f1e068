-- Employment at entry (ESF+ common indicators), by sex.
SELECT c.employment_entry, p.gender, count(*)
FROM "case" c
JOIN person p USING (site_id, site_person_id)
GROUP BY c.employment_entry, p.gender
