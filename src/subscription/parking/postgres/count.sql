-- $1 consumer, $2 after this number, $3 only these as a JSON array, $4 up to this position, $5 up to this number.
SELECT count(*)
FROM consumer_parked
WHERE consumer = $1 AND id > $2
    AND ($3::JSONB IS NULL OR id IN (SELECT jsonb_array_elements_text($3::JSONB)::BIGINT))
    AND ($4::BIGINT IS NULL OR position <= $4)
    AND ($5::BIGINT IS NULL OR id <= $5)
