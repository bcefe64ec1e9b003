-- ?1 history entries, each an array in the order of these columns.
INSERT INTO order_history (
    order_id, position, event_id, event_type, schema_version, stream, version, recorded_at, summary,
    status, cancel_reason
)
SELECT
    unhex(value ->> 0), value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5, value ->> 6,
    value ->> 7, value ->> 8, value ->> 9, value ->> 10
FROM jsonb_each(?1)
