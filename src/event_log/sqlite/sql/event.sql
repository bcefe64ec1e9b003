-- One event by its id.
FROM events AS e CROSS JOIN streams AS s ON s.id = e.stream_id CROSS JOIN kinds AS k ON k.id = e.kind_id
WHERE e.id = ?1
