INSERT INTO outgoing (id, name, body, correlation_id, causation_id)
SELECT value ->> 'id', value ->> 'name', value ->> 'body', value ->> 'correlation_id', value ->> 'causation_id'
FROM json_each(?1)
WHERE true
ON CONFLICT (id) DO NOTHING
