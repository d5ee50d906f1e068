-- A long range.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM pathway, range(1, 100000000)
