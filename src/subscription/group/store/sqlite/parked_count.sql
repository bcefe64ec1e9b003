SELECT count(*)
FROM parked
WHERE consumer = ?1 AND retried = 0 AND id > ?2
    AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR position <= ?4)
    AND (?5 IS NULL OR id <= ?5)
