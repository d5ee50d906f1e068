-- All but one deleted.
-- expect: refused SQL04-not-a-select
DELETE FROM person WHERE person_no <> 17
