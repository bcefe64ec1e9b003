SELECT id, position FROM group_kept_parked WHERE consumer = $1 AND retried ORDER BY position
