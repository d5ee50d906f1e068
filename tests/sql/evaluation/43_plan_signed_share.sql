-- Share of cases with a plan among those taken in charge, by year.
SELECT extract(year FROM taken_on) AS year, count(plan_on) AS with_plan, count(*) AS taken,
       CAST(count(plan_on) AS DOUBLE) / NULLIF(count(*), 0) AS share
FROM "case"
WHERE taken_on IS NOT NULL
GROUP BY extract(year FROM taken_on)
