-- The first in the log of those that are to be tried again.
SELECT id, position, event_id, key, attempts, error, parked_at, 0 AS waiting_behind
FROM parked
WHERE due = 1
ORDER BY position
LIMIT 1
