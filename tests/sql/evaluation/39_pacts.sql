-- Pacts by status (I03).
SELECT status, count(*) AS pacts FROM pact GROUP BY status
