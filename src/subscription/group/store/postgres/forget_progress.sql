UPDATE group_progress SET token = token + 1, state = NULL, carried_out = 0 WHERE consumer = $1
