-- $1 consumer, $2 its number.
DELETE FROM consumer_parked WHERE consumer = $1 AND id = $2
