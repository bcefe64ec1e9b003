UPDATE group_progress SET position = $3, state = $4, carried_out = $5 WHERE consumer = $1 AND token = $2
