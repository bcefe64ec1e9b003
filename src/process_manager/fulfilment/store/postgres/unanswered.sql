SELECT id, name, body, correlation_id, causation_id FROM fulfilment_v2_outgoing ORDER BY id
