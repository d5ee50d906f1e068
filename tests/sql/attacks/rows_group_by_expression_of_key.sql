-- A pseudonym hidden in an expression.
-- expect: refused SQL17-key
SELECT person_no + 0 AS n, count(*) FROM "case" GROUP BY person_no + 0
