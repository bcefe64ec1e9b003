-- The log in (?1, ?2].
FROM events AS e CROSS JOIN streams AS s ON s.id = e.stream_id CROSS JOIN kinds AS k ON k.id = e.kind_id
WHERE e.position > ?1 AND e.position <= ?2
ORDER BY e.position DESC LIMIT ?3
