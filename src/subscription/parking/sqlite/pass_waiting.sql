-- ?1 key, ?2 up to this position.
DELETE FROM parked_waiting WHERE key = ?1 AND position <= ?2
