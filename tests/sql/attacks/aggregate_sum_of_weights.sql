-- A sum whose digits are persons.
-- expect: refused SQL26-case
SELECT sum(CASE WHEN citizenship = 'MAR' THEN 1000 ELSE 1 END) FROM person
