-- The streams with names in [$1, $2), by name, each with its last event.
SELECT s.name, e.version, e.position, e.recorded_at
FROM streams AS s
CROSS JOIN LATERAL (
    SELECT version, position, recorded_at FROM events WHERE stream_id = s.id ORDER BY version DESC LIMIT 1
) AS e
WHERE s.name >= $1 AND s.name < $2
ORDER BY s.name LIMIT $3
