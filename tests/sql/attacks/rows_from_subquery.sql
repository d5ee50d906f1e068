-- Rows through a query in FROM.
-- expect: refused SQL07-rows
SELECT q.gender FROM (SELECT gender FROM person WHERE citizenship = 'MAR') q
