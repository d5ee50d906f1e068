-- A table of persons.
-- expect: refused SQL04-not-a-select
CREATE TABLE t AS SELECT * FROM person
