-- An overflow if there is such a person.
-- expect: refused SQL24-condition
SELECT count(*) FROM person WHERE birth_year * 9223372036854775807 > 0
