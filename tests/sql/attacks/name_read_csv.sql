-- A function that reads files.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM read_csv('/etc/passwd')
