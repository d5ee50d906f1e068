-- Taken in charge within 30 days of the first contact (I20), by PUA.
SELECT site_id, count(*) AS persons
FROM pathway
WHERE taken_on <= first_contact_on + INTERVAL '30 days'
GROUP BY site_id
