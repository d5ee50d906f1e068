-- The engine.
-- expect: refused SQL20-function
SELECT version(), count(*) FROM person
