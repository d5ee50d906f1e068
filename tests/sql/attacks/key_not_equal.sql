-- Everybody but one: the difference is that one.
-- expect: refused SQL17-key
SELECT gender, count(*) FROM person WHERE person_no <> 17 GROUP BY gender
