-- A sketch of the persons.
-- expect: refused SQL14-aggregate
SELECT approx_distinct(person_no) FROM pathway
