INSERT INTO group_progress (consumer, token, position) VALUES ($1, 1, $2)
ON CONFLICT (consumer) DO UPDATE SET
    token = group_progress.token + 1,
    position = CASE WHEN group_progress.state IS NULL THEN excluded.position ELSE group_progress.position END
RETURNING token, position, state, carried_out
