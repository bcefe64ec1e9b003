INSERT INTO progress (consumer, token, position) VALUES (?1, 1, ?2)
ON CONFLICT (consumer) DO UPDATE SET
    token = token + 1,
    position = CASE WHEN state IS NULL THEN excluded.position ELSE position END
RETURNING token, position, state, carried_out
