-- No statement.
-- expect: refused SQL02-syntax
;
