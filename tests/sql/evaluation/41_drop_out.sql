-- Persons who dropped out (I24), by PUA, with a common table expression.
WITH closed AS (
  SELECT site_id, closure_reason FROM pathway WHERE closed_on IS NOT NULL AND stage >= 4
)
SELECT site_id, count(*) AS persons
FROM closed
WHERE closure_reason IN ('RINUNCIA', 'PERSO')
GROUP BY site_id
