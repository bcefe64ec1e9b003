-- $1 consumer, $2 position, $3 event id, $4 key, $5 attempts, $6 error, $7 now. What is parked already stays as it is.
INSERT INTO consumer_parked (consumer, position, event_id, key, attempts, error, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (consumer, position) DO NOTHING
