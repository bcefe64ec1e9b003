-- $1 consumer, $2 now. Of each key of which nothing is parked any more the first that waits is due.
INSERT INTO consumer_parked (consumer, position, event_id, key, attempts, error, parked_at, due)
SELECT DISTINCT ON (key) consumer, position, event_id, key, 0, 'it waited behind an event that was parked', $2, TRUE
FROM consumer_parked_waiting AS waiting
WHERE consumer = $1
    AND NOT EXISTS (
        SELECT 1 FROM consumer_parked AS parked
        WHERE parked.consumer = waiting.consumer AND parked.key = waiting.key
    )
ORDER BY key, position
