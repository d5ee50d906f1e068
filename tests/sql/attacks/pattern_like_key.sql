-- LIKE on a pseudonym, letter by letter.
-- expect: refused SQL19-pattern
SELECT count(*) FROM "case" WHERE case_id LIKE 'a%'
