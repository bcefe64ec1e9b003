-- The first position that was recorded at $1 or later, in a log whose head is $2 (head + 1 where there is none). Positions
-- have no gaps and times never decrease along them, so halving finds it in a few steps, and no index on time is needed.
WITH RECURSIVE bisect (low, high) AS (
    SELECT 1::bigint, $2::bigint + 1
    UNION ALL
    SELECT CASE WHEN e.recorded_at < $1 THEN e.position + 1 ELSE low END,
           CASE WHEN e.recorded_at < $1 THEN high ELSE e.position END
    FROM bisect
    CROSS JOIN LATERAL (SELECT position, recorded_at FROM events WHERE position = (low + high) / 2 LIMIT 1) AS e
    WHERE low < high
)
SELECT low FROM bisect WHERE low = high
