-- One conversation's events in (?1, ?2].
FROM events AS e INDEXED BY events_by_correlation CROSS JOIN streams AS s ON s.id = e.stream_id
CROSS JOIN kinds AS k ON k.id = e.kind_id
WHERE e.correlation_id = ?6 AND e.position > ?1 AND e.position <= ?2
  AND (?4 IS NULL OR k.type = ?4) AND (?5 IS NULL OR k.category = ?5)
ORDER BY e.position DESC LIMIT ?3
