-- All that a transaction appends, in one trip: streams, events, commands, the new head, and the word to other servers.
WITH new_streams AS (
    INSERT INTO streams (id, name)
    SELECT id, name FROM unnest($1::bigint[], $2::text[]) AS new (id, name)
), new_events AS (
    INSERT INTO events (position, id, stream_id, version, category, type, schema_version, recorded_at,
                        correlation_id, causation_id, data, metadata)
    SELECT $3::bigint + nth, id, stream_id, version, category, type, schema_version, recorded_at,
           correlation_id, causation_id, data, metadata
    FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
                $11::uuid[], $12::uuid[], $13::text[], $14::text[]) WITH ORDINALITY
        AS new (id, stream_id, version, category, type, schema_version, recorded_at,
                correlation_id, causation_id, data, metadata, nth)
), new_commands AS (
    INSERT INTO commands (id, name, stream_id, version, first_position, position, accepted_at, committed_at,
                          correlation_id, causation_id)
    SELECT id, name, stream_id, version, first_position, position, accepted_at, committed_at,
           correlation_id, causation_id
    FROM unnest($15::uuid[], $16::text[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[],
                $22::bigint[], $23::uuid[], $24::uuid[])
        AS new (id, name, stream_id, version, first_position, position, accepted_at, committed_at,
                correlation_id, causation_id)
)
UPDATE log_head SET position = $25, recorded_at = $26, streams = $27
RETURNING pg_notify('highwater_log', $28)
