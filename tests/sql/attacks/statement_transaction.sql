-- A transaction.
-- expect: refused SQL04-not-a-select
BEGIN
