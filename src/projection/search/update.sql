-- ?1 orders that have moved on, [id, status, reason].
UPDATE documents
SET status = moved.value ->> 1, reason = moved.value ->> 2
FROM jsonb_each(?1) AS moved
WHERE documents.order_id = moved.value ->> 0
