-- A file as a table.
-- expect: refused SQL04-not-a-select
CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'
