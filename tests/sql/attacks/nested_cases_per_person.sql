-- Persons by how many cases they have.
-- expect: refused SQL32-nested
SELECT n, count(*) FROM (SELECT person_no, count(*) AS n FROM "case" GROUP BY person_no) q GROUP BY n
