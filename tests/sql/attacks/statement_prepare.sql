-- A prepared statement.
-- expect: refused SQL04-not-a-select
PREPARE q AS SELECT * FROM person
