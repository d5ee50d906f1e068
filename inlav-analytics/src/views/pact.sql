-- One row per territorial pact.
SELECT site_id, status, signed_on, signatories FROM stored.pact
