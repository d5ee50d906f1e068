-- PUA opened, by quarter (I01).
SELECT date_trunc('quarter', opened_on) AS quarter, count(*) AS pua FROM site GROUP BY 1 ORDER BY 1
