-- Throws a stream's snapshots before version ?2 away, but for those at multiples of ?3.
DELETE FROM snapshots WHERE stream = ?1 AND version < ?2 AND version % ?3 <> 0
