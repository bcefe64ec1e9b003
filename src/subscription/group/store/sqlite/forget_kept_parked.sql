DELETE FROM kept_parked WHERE consumer = ?1
