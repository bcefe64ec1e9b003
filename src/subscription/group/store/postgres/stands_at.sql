SELECT position, carried_out FROM group_progress WHERE consumer = $1
