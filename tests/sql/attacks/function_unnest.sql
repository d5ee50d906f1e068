-- Values unfolded.
-- expect: refused SQL05-unknown-name
SELECT unnest(make_array(1, 2)), count(*) FROM person
