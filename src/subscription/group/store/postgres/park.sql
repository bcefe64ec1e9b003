INSERT INTO group_parked (consumer, id, position, event_id, stream, version, attempts, error, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (consumer, id) DO UPDATE SET
    attempts = excluded.attempts, error = excluded.error, parked_at = excluded.parked_at, retried = FALSE
