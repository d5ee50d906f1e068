-- One group per person.
-- expect: refused SQL17-key
SELECT person_no, count(*) FROM "case" GROUP BY person_no
