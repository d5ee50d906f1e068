-- A hash of a code.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM person WHERE md5(citizenship) = 'x'
