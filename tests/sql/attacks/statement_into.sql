-- SELECT INTO.
-- expect: refused SQL04-not-a-select
SELECT * INTO t FROM person
