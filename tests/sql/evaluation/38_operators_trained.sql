-- Operators trained (I05), by track.
SELECT track, count(DISTINCT operator_no) AS operators FROM training GROUP BY track
