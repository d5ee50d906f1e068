-- A person's value, which passes every option of the engine.
-- expect: refused SQL14-aggregate
SELECT first_value(citizenship) FROM person
