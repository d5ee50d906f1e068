-- One row per person and PUA. person_no is the same for one person at every PUA.
SELECT
  l.person_no, p.site_id, p.site_person_id,
  p.birth_year, p.gender, p.citizenship, p.education, p.arrival_year_it
FROM stored.person p
JOIN stored.links l ON l.site_id = p.site_id AND l.site_person_id = p.site_person_id
