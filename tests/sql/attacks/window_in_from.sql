-- A window in a query in FROM.
-- expect: refused SQL12-window
SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY gender ORDER BY birth_year) AS place FROM person) q WHERE place = 1
