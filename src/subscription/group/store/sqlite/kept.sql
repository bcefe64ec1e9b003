SELECT position, state FROM kept_progress WHERE consumer = ?1 AND reset = ?2
