INSERT INTO group_parked (consumer, id, position, event_id, stream, version, attempts, error, parked_at, retried)
SELECT consumer, id, position, event_id, stream, version, attempts, error, parked_at, retried FROM group_kept_parked WHERE consumer = $1
