-- Channel of entry by target group.
SELECT entry_channel, target_group, count(*)
FROM "case"
GROUP BY entry_channel, target_group
