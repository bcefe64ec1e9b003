-- A stream's number and last version.
SELECT id, (SELECT max(version) FROM events WHERE stream_id = streams.id) FROM streams WHERE name = ?1
