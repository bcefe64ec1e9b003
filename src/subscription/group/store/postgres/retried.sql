SELECT id, position FROM group_parked WHERE consumer = $1 AND retried ORDER BY position
