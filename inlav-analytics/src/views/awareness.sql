-- One row per awareness event held by $as_of.
SELECT site_id, ambito_id, "on", participants FROM stored.awareness WHERE "on" <= $as_of
