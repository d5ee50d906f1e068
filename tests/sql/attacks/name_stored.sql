-- The tables behind the views.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM stored.links
