-- An address.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM 'https://example.org/x.csv'
