SELECT id, position FROM kept_parked WHERE consumer = ?1 AND retried = 1 ORDER BY position
