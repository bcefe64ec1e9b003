DELETE FROM parked WHERE consumer = ?1
