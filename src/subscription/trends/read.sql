-- ?1 step, ?2 consumer, ?3 from this time on.
SELECT at, first_at, first_position, last_at, position, lag_events, lag_age_ms
FROM trends
WHERE step_s = ?1 AND consumer = ?2 AND at >= ?3
ORDER BY at
