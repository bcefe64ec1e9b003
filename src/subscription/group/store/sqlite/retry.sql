UPDATE parked SET retried = 1 WHERE consumer = ?1 AND id = ?2
