-- ?1 only these as a JSON array, ?2 up to this position, ?3 up to this number.
DELETE FROM parked
WHERE (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))
    AND (?2 IS NULL OR position <= ?2)
    AND (?3 IS NULL OR id <= ?3)
RETURNING event_id
