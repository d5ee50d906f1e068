-- Settings.
-- expect: refused SQL04-not-a-select
SET datafusion.catalog.information_schema = true
