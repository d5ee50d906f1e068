-- All values in a list.
-- expect: refused SQL14-aggregate
SELECT array_agg(citizenship) FROM person
