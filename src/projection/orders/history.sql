-- ?1 order id, in bytes; ?2 up to this position.
SELECT position, event_id, event_type, schema_version, stream, version, recorded_at, summary
FROM order_history
WHERE order_id = ?1 AND position <= ?2
ORDER BY position
