-- LIKE on codes.
-- expect: refused SQL19-pattern
SELECT count(*) FROM person WHERE citizenship LIKE 'M_R'
