SELECT id, position, event_id, stream, version, attempts, error, parked_at
FROM group_parked
WHERE consumer = $1 AND NOT retried AND id > $2
    AND ($3::JSONB IS NULL OR id IN (SELECT jsonb_array_elements_text($3::JSONB)::BIGINT))
    AND ($4 IS NULL OR position <= $4)
    AND ($5 IS NULL OR id <= $5)
ORDER BY id
LIMIT $6
