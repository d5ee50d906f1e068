-- The same without the view of PUA.
-- expect: refused SQL15-counted
SELECT count(DISTINCT site_id) FROM person WHERE gender = 'NB'
