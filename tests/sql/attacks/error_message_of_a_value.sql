-- A value that is no code, in the hope that the error repeats it.
-- expect: refused SQL23-value
SELECT count(*) FROM person WHERE citizenship = 'Provafalso'
