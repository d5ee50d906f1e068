-- TRY_CAST tells which values are numbers.
-- expect: refused SQL21-cast
SELECT count(*) FROM person WHERE TRY_CAST(citizenship AS INT) IS NULL
