-- All values in a text.
-- expect: refused SQL14-aggregate
SELECT string_agg(citizenship, ',') FROM person
