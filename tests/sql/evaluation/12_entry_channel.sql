-- Who sends persons (I18).
SELECT entry_channel, count(*) AS cases
FROM "case"
GROUP BY entry_channel
ORDER BY cases DESC
