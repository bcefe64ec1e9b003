DELETE FROM parked WHERE consumer = ?1 AND id = ?2
