-- $1 consumer, $2 key, $3 how many. What waits, in the order of the log.
SELECT position FROM consumer_parked_waiting WHERE consumer = $1 AND key = $2 ORDER BY position LIMIT $3
