DELETE FROM parked WHERE consumer = ?1 AND position > ?2
