-- A file.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM '/etc/passwd'
