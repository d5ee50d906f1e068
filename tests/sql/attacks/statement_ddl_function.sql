-- A function of one's own.
-- expect: refused SQL04-not-a-select
CREATE FUNCTION f(int) RETURNS int RETURN $1
