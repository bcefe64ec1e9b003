UPDATE group_parked SET retried = TRUE WHERE consumer = $1 AND id = $2
