-- Persons taken in charge in 2024, by month.
SELECT to_char(taken_on, '%Y-%m') AS month, count(*) AS persons
FROM pathway
WHERE taken_on >= DATE '2024-01-01' AND taken_on < DATE '2025-01-01'
GROUP BY to_char(taken_on, '%Y-%m')
