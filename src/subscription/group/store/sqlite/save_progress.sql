UPDATE progress SET position = ?3, state = ?4 WHERE consumer = ?1 AND token = ?2
