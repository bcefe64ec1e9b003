-- ?1 position, ?2 event id, ?3 key, ?4 attempts, ?5 error, ?6 now. What is parked already stays as it is.
INSERT INTO parked (position, event_id, key, attempts, error, parked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (position) DO NOTHING
