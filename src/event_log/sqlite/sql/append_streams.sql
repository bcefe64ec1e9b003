-- What one append, whose events are all those in [?1, ?2], did to each stream, in the order of the append.
SELECT s.name, min(e.version), max(e.version), max(e.position)
FROM events AS e CROSS JOIN streams AS s ON s.id = e.stream_id
WHERE e.position BETWEEN ?1 AND ?2
GROUP BY e.stream_id ORDER BY min(e.position)
