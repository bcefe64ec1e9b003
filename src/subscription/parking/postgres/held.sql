SELECT key, position FROM consumer_parked WHERE consumer = $1
