-- One row per territorial pact that was not signed after $as_of.
SELECT site_id, status, signed_on, signatories
FROM stored.pact
WHERE signed_on IS NULL OR signed_on <= $as_of
