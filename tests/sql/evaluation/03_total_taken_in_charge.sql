-- Beneficiaries (I11), the whole programme.
SELECT count(*) AS beneficiaries FROM pathway WHERE stage >= 4
