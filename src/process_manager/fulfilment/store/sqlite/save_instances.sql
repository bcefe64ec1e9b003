INSERT INTO instances (order_id, state, done, position)
SELECT value ->> 'order_id', value ->> 'state', value ->> 'done', value ->> 'position' FROM json_each(?1)
WHERE true
ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, done = excluded.done, position = excluded.position
