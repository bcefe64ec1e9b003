-- ?1 its number.
DELETE FROM parked WHERE id = ?1
