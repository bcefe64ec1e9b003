-- ?1 the event that caused them.
SELECT id, name, body, correlation_id, causation_id FROM outgoing WHERE causation_id = ?1 ORDER BY id
