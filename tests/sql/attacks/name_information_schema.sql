-- The engine's catalogue.
-- expect: refused SQL05-unknown-name
SELECT count(*) FROM information_schema.tables
