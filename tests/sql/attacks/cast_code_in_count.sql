-- The error of a cast, in a count.
-- expect: refused SQL21-cast
SELECT count(CAST(citizenship AS INT)) FROM person
