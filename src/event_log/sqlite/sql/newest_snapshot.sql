-- The newest snapshot of a stream at version ?2 or before.
SELECT version, event_id, shape, state FROM snapshots
WHERE stream = ?1 AND version <= ?2
ORDER BY version DESC LIMIT 1
