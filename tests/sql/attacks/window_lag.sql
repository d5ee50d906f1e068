-- The value of the next person.
-- expect: refused SQL12-window
SELECT lag(birth_year) OVER (ORDER BY person_no) FROM person
