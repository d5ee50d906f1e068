-- Referrals by status and PUA (I41).
SELECT site_id, status, count(*)
FROM referral
WHERE direction = 'OUT' OR direction IS NULL
GROUP BY site_id, status
