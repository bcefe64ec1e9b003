INSERT INTO kept_parked (consumer, id, position, event_id, stream, version, attempts, error, parked_at, retried)
SELECT consumer, id, position, event_id, stream, version, attempts, error, parked_at, retried FROM parked WHERE consumer = ?1
