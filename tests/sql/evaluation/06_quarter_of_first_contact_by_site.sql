-- First contacts by quarter and PUA.
SELECT site_id, date_trunc('quarter', first_contact_on) AS quarter, count(*)
FROM pathway
WHERE first_contact_on IS NOT NULL
GROUP BY 1, 2
