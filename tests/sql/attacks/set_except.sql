-- Who is in one selection and not in the other.
-- expect: refused SQL09-set-operation
SELECT person_no FROM pathway EXCEPT SELECT person_no FROM outcome
