DELETE FROM kept_progress WHERE consumer = ?1
