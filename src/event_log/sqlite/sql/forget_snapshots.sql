-- Throws all snapshots of a stream away.
DELETE FROM snapshots WHERE stream = ?1
