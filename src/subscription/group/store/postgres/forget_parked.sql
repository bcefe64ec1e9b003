DELETE FROM group_parked WHERE consumer = $1
