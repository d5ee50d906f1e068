-- Who is in both.
-- expect: refused SQL09-set-operation
SELECT person_no FROM pathway INTERSECT SELECT person_no FROM outcome
