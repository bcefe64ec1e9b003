-- The events at some positions.
FROM unnest($1::bigint[]) AS wanted (position)
CROSS JOIN LATERAL (SELECT * FROM events WHERE position = wanted.position LIMIT 1) AS e
JOIN streams AS s ON s.id = e.stream_id
