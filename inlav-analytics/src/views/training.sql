-- One row per operator and session attended by $as_of; an operator has one token in the whole
-- programme.
SELECT site_id, operator_id_token AS operator_id, track, "on", hours
FROM stored.training
WHERE "on" <= $as_of
