SELECT id, position FROM parked WHERE consumer = ?1 AND retried = 1 ORDER BY position
