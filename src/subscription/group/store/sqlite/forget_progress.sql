UPDATE progress SET token = token + 1, state = NULL WHERE consumer = ?1
