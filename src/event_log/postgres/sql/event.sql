-- One event by its id.
FROM events AS e JOIN streams AS s ON s.id = e.stream_id
WHERE e.id = $1
