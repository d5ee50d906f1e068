-- A long series.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM generate_series(1, 1000000000)
