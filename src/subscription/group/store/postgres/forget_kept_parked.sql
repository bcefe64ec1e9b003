DELETE FROM group_kept_parked WHERE consumer = $1
