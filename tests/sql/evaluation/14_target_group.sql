-- Victims, potential victims, at risk (I35).
SELECT target_group, count(*) FROM "case" GROUP BY target_group
