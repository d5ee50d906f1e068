-- Not SQL.
-- expect: refused SQL02-syntax
SELEC count(*) FRO person
