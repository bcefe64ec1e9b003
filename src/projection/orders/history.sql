-- ?1 order id, in bytes.
SELECT position, event_id, event_type, schema_version, stream, version, recorded_at, summary
FROM order_history
WHERE order_id = ?1
ORDER BY position
