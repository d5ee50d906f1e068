-- One row per PUA.
SELECT site_id, opened_on FROM stored.site
