SELECT position, state FROM group_kept_progress WHERE consumer = $1 AND reset = $2
