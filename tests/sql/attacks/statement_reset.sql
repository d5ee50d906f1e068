-- Settings reset.
-- expect: refused SQL04-not-a-select
RESET datafusion.catalog.information_schema
