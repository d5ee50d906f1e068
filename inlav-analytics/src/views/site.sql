-- One row per PUA that was open on $as_of.
SELECT site_id, opened_on FROM stored.site WHERE opened_on <= $as_of
