SELECT e.position, e.id, s.name, e.version, k.type, e.recorded_at, e.data
FROM events AS e CROSS JOIN streams AS s ON s.id = e.stream_id CROSS JOIN kinds AS k ON k.id = e.kind_id
WHERE e.position > 0
ORDER BY e.position
