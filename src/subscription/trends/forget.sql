-- ?1 step, ?2 all before this time.
DELETE FROM trends WHERE step_s = ?1 AND at < ?2
