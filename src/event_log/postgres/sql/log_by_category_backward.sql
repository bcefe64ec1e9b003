-- One category's events in ($1, $2].
FROM events AS e JOIN streams AS s ON s.id = e.stream_id
WHERE e.category = $4 AND e.position > $1 AND e.position <= $2
ORDER BY e.position DESC LIMIT $3
