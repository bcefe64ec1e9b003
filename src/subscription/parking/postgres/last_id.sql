SELECT coalesce(max(id), 0) FROM consumer_parked WHERE consumer = $1
