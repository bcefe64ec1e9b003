-- The largest event id; one row, NULL in an empty log.
SELECT max(id) FROM events
