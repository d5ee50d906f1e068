-- Courses and traineeships completed (I49, I51).
SELECT type, count(*) AS outcomes
FROM outcome
WHERE type IN ('CORSO_COMP', 'TIR_COMP')
GROUP BY type
