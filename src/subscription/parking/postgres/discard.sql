-- $1 consumer, $2 only these as a JSON array, $3 up to this position, $4 up to this number.
DELETE FROM consumer_parked
WHERE consumer = $1
    AND ($2::JSONB IS NULL OR id IN (SELECT jsonb_array_elements_text($2::JSONB)::BIGINT))
    AND ($3::BIGINT IS NULL OR position <= $3)
    AND ($4::BIGINT IS NULL OR id <= $4)
RETURNING event_id
