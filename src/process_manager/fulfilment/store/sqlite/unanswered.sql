SELECT id, name, body, correlation_id, causation_id FROM outgoing ORDER BY id
