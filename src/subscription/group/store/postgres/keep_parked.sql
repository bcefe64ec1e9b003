INSERT INTO group_kept_parked (consumer, id, position, event_id, stream, version, attempts, error, parked_at, retried)
SELECT consumer, id, position, event_id, stream, version, attempts, error, parked_at, retried FROM group_parked WHERE consumer = $1
