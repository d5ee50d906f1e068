-- SIMILAR TO.
-- expect: refused SQL19-pattern
SELECT count(*) FROM person WHERE citizenship SIMILAR TO 'M.*'
