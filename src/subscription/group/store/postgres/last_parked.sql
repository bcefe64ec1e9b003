SELECT coalesce(max(id), 0) FROM group_parked WHERE consumer = $1
