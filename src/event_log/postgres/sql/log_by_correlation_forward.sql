-- One conversation's events in ($1, $2].
FROM events AS e JOIN streams AS s ON s.id = e.stream_id
WHERE e.correlation_id = $4 AND e.position > $1 AND e.position <= $2
  AND ($5::text IS NULL OR e.type = $5)
  AND ($6::text IS NULL OR e.category = $6)
ORDER BY e.position LIMIT $3
