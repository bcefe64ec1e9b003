-- $1 consumer, $2 after this number, $3 only these as a JSON array, $4 up to this position, $5 up to this number, $6 how many.
SELECT id, position, event_id, key, attempts, error, parked_at,
    (
        SELECT count(*) FROM consumer_parked_waiting AS later
        WHERE later.consumer = parked.consumer AND later.key = parked.key AND later.position > parked.position
    ) AS waiting_behind
FROM consumer_parked AS parked
WHERE consumer = $1 AND id > $2
    AND ($3::JSONB IS NULL OR id IN (SELECT jsonb_array_elements_text($3::JSONB)::BIGINT))
    AND ($4::BIGINT IS NULL OR position <= $4)
    AND ($5::BIGINT IS NULL OR id <= $5)
ORDER BY id
LIMIT $6
