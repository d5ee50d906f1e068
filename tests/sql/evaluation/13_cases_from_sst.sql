-- Share of cases sent by the social services (I17).
SELECT sum(CASE WHEN entry_channel = 'SST' THEN 1 ELSE 0 END) AS from_sst, count(*) AS cases
FROM "case"
