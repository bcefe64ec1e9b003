-- $1 consumer, $2 a JSON array of [key, position, event id].
INSERT INTO consumer_parked_waiting (consumer, key, position, event_id)
SELECT $1, waiting ->> 0, (waiting ->> 1)::BIGINT, (waiting ->> 2)::UUID
FROM jsonb_array_elements($2::JSONB) AS waiting
ON CONFLICT DO NOTHING
