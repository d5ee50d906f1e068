-- Persons paired with persons.
-- expect: refused SQL29-self-join
SELECT count(*) FROM person a JOIN person b ON a.site_person_id = b.site_person_id
