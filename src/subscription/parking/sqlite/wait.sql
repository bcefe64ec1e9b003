-- ?1 a JSON array of [key, position, event id].
INSERT INTO parked_waiting (key, position, event_id)
SELECT value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each(?1)
WHERE true
ON CONFLICT DO NOTHING
