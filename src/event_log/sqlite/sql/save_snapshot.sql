-- Keeps a snapshot; what stood at the version did not fit, or it would not have been taken anew.
INSERT INTO snapshots (stream, version, event_id, shape, state) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (stream, version) DO UPDATE SET event_id = excluded.event_id, shape = excluded.shape, state = excluded.state
