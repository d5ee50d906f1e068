-- ILIKE.
-- expect: refused SQL19-pattern
SELECT count(*) FROM person WHERE citizenship ILIKE 'm%'
