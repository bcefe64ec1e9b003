-- One type's events in ($1, $2].
FROM events AS e JOIN streams AS s ON s.id = e.stream_id
WHERE e.type = $4 AND e.position > $1 AND e.position <= $2
  AND ($5::text IS NULL OR e.category = $5)
ORDER BY e.position DESC LIMIT $3
