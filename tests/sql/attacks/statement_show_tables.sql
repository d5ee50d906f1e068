-- Tables shown.
-- expect: refused SQL04-not-a-select
SHOW TABLES
