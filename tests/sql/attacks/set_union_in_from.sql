-- A union in FROM.
-- expect: refused SQL09-set-operation
SELECT count(*) FROM (SELECT person_no FROM pathway UNION SELECT person_no FROM employment) q
