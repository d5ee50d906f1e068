-- A view of persons.
-- expect: refused SQL04-not-a-select
CREATE VIEW v AS SELECT * FROM person
