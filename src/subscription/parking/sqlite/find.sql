-- ?1 after this number, ?2 only these as a JSON array, ?3 up to this position, ?4 up to this number, ?5 how many.
SELECT id, position, event_id, key, attempts, error, parked_at,
    (
        SELECT count(*) FROM parked_waiting AS later
        WHERE later.key = parked.key AND later.position > parked.position
    ) AS waiting_behind
FROM parked
WHERE id > ?1
    AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))
    AND (?3 IS NULL OR position <= ?3)
    AND (?4 IS NULL OR id <= ?4)
ORDER BY id
LIMIT ?5
