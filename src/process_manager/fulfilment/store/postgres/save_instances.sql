INSERT INTO fulfilment_v2_instances (order_id, state, done, position)
SELECT order_id, state, done, position
FROM jsonb_to_recordset($1::JSONB) AS changed (order_id TEXT, state TEXT, done SMALLINT, position BIGINT)
ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, done = excluded.done, position = excluded.position
