-- Its values follow, a row for each entry.
INSERT INTO order_history (
    order_id, position, event_id, event_type, schema_version, stream, version, recorded_at, summary,
    status, cancel_reason
)
