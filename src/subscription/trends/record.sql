-- ?1 samples, [step, consumer, where the step begins, time, position, events behind, age]. A new step is measured from the last
-- sample of the one before it, so that no time between two steps is lost.
INSERT INTO trends (step_s, consumer, at, first_at, first_position, last_at, position, lag_events, lag_age_ms)
SELECT
    step_s, consumer, at, coalesce(before ->> 0, time), coalesce(before ->> 1, position), time, position, lag_events, lag_age_ms
FROM (
    SELECT
        value ->> 0 AS step_s, value ->> 1 AS consumer, value ->> 2 AS at, value ->> 3 AS time, value ->> 4 AS position,
        value ->> 5 AS lag_events, value ->> 6 AS lag_age_ms,
        (
            SELECT json_array(last_at, position) FROM trends
            WHERE trends.step_s = value ->> 0 AND trends.consumer = value ->> 1
                AND trends.at = (value ->> 2) - (value ->> 0) * 1000000
        ) AS before
    FROM json_each(?1)
)
WHERE true
ON CONFLICT (step_s, consumer, at) DO UPDATE SET
    last_at = excluded.last_at,
    position = excluded.position,
    lag_events = max(lag_events, excluded.lag_events),
    lag_age_ms = max(lag_age_ms, excluded.lag_age_ms)
