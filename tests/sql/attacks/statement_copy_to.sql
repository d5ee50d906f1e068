-- Rows into a file.
-- expect: refused SQL04-not-a-select
COPY (SELECT * FROM person) TO '/tmp/x.parquet'
