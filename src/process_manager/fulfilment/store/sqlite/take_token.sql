UPDATE checkpoint SET token = token + 1 RETURNING token
