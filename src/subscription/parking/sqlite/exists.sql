SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'parked'
