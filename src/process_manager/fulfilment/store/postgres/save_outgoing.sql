INSERT INTO fulfilment_v2_outgoing (id, name, body, correlation_id, causation_id)
SELECT id, name, body, correlation_id, causation_id
FROM jsonb_to_recordset($1::JSONB) AS decided (id TEXT, name TEXT, body TEXT, correlation_id TEXT, causation_id TEXT)
ON CONFLICT (id) DO NOTHING
