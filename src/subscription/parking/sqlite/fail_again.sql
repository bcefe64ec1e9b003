-- ?1 its number, ?2 what went wrong.
UPDATE parked SET attempts = attempts + 1, error = ?2, due = 0 WHERE id = ?1
