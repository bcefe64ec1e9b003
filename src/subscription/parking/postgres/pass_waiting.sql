-- $1 consumer, $2 key, $3 up to this position.
DELETE FROM consumer_parked_waiting WHERE consumer = $1 AND key = $2 AND position <= $3
