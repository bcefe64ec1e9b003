SELECT e.position, e.id, s.name, e.version, e.type, e.recorded_at, e.data
FROM events AS e CROSS JOIN streams AS s ON s.id = e.stream_id
WHERE e.position > 0
ORDER BY e.position
