-- ?1 key, ?2 how many. What waits, in the order of the log.
SELECT position FROM parked_waiting WHERE key = ?1 ORDER BY position LIMIT ?2
