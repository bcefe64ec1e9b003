DELETE FROM group_kept_progress WHERE consumer = $1
