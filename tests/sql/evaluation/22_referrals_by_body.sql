-- Referrals sent, by body (I41).
SELECT body_type, count(*) AS referrals
FROM referral
GROUP BY body_type
