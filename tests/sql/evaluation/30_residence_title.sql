-- Residence title at entry.
SELECT residence_title_entry, count(*) AS cases FROM "case" GROUP BY residence_title_entry
