-- Those of a parked event wait with it.
SELECT id, name, body, correlation_id, causation_id FROM outgoing
WHERE NOT EXISTS (SELECT 1 FROM parked WHERE lower(hex(parked.event_id)) = replace(outgoing.causation_id, '-', ''))
ORDER BY id
