-- Why cases were closed.
SELECT closure_reason, count(*) AS cases
FROM "case"
WHERE closed_on IS NOT NULL
GROUP BY closure_reason
