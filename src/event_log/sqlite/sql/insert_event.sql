-- One event, or as many as the last line is repeated. What goes wrong ends the transaction: so SQLite need not remember how the
-- pages were before a statement of many rows.
INSERT OR ROLLBACK INTO events (position, id, stream_id, version, kind_id, schema_version, recorded_at,
                                correlation_id, causation_id, data, metadata)
VALUES
    (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
