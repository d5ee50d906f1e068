-- First contacts by month.
SELECT date_trunc('month', first_contact_on) AS month, count(*) AS persons
FROM pathway
GROUP BY date_trunc('month', first_contact_on)
ORDER BY month
