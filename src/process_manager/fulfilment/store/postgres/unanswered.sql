-- $1 the process, among the consumers that have parked something. The commands of a parked event wait with it.
SELECT id, name, body, correlation_id, causation_id FROM fulfilment_v2_outgoing AS outgoing
WHERE NOT EXISTS (
    SELECT 1 FROM consumer_parked AS parked
    WHERE parked.consumer = $1 AND parked.event_id = outgoing.causation_id::UUID
)
ORDER BY id
