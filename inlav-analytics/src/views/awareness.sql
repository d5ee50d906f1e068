-- One row per awareness event.
SELECT site_id, ambito_id, "on", participants FROM stored.awareness
