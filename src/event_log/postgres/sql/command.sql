-- What a command did.
SELECT c.name, c.accepted_at, c.correlation_id, c.causation_id, s.name, c.version, c.first_position, c.position,
       c.committed_at
FROM commands AS c JOIN streams AS s ON s.id = c.stream_id
WHERE c.id = $1
