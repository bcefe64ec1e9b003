-- A page of one stream from version ?2 on, each row with the stream's last version as of the same moment. A stream whose
-- page is empty still gives one row, without an event.
SELECT e.position, e.id, s.name, e.version, k.type, e.schema_version, e.recorded_at,
       e.correlation_id, e.causation_id, e.data, e.metadata,
       (SELECT max(version) FROM events WHERE stream_id = (SELECT id FROM streams WHERE name = ?1))
FROM streams AS s LEFT JOIN events AS e INDEXED BY events_by_stream ON e.stream_id = s.id AND e.version >= ?2
LEFT JOIN kinds AS k ON k.id = e.kind_id
WHERE s.name = ?1
ORDER BY e.version LIMIT ?3
