-- Undeclared, partly declared, regular at entry (I36).
SELECT regularity_entry, count(*) AS cases FROM "case" GROUP BY regularity_entry
