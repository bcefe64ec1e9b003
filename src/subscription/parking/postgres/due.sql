-- $1 consumer. The first in the log of those that are to be tried again.
SELECT id, position, event_id, key, attempts, error, parked_at, 0::BIGINT AS waiting_behind
FROM consumer_parked
WHERE consumer = $1 AND due
ORDER BY position
LIMIT 1
