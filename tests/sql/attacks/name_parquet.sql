-- A file of the store.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM 'store/tables/person/site=PUA01/part.parquet'
