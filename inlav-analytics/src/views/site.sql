-- One row per PUA.
SELECT site_id, opened_on FROM snapshot.site
