-- GROUP BY without a count is DISTINCT in disguise.
-- expect: refused SQL07-rows
SELECT gender, birth_year FROM person GROUP BY gender, birth_year
