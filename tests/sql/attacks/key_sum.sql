-- The sum of numbers tells who joined.
-- expect: refused SQL17-key
SELECT sum(person_no) FROM pathway
