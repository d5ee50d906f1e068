-- Assessed among those contacted (I14), by PUA: a share of two counts.
SELECT site_id,
       count(*) AS contacted,
       count(*) FILTER (WHERE stage >= 3) AS assessed,
       round(100.0 * count(*) FILTER (WHERE stage >= 3) / count(*), 1) AS percent
FROM pathway
WHERE stage >= 2
GROUP BY site_id
