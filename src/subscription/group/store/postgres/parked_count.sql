SELECT count(*)
FROM group_parked
WHERE consumer = $1 AND NOT retried AND id > $2
    AND ($3 IS NULL OR id = ANY ($3))
    AND ($4 IS NULL OR position <= $4)
    AND ($5 IS NULL OR id <= $5)
