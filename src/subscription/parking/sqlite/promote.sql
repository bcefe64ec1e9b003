-- ?1 now. Of each key of which nothing is parked any more the first that waits is due.
INSERT INTO parked (position, event_id, key, attempts, error, parked_at, due)
SELECT min(position), event_id, key, 0, 'it waited behind an event that was parked', ?1, 1
FROM parked_waiting AS waiting
WHERE NOT EXISTS (SELECT 1 FROM parked WHERE parked.key = waiting.key)
GROUP BY key
