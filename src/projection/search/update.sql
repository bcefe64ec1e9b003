-- ?1 orders that have moved on, [id, status, reason, position].
UPDATE documents
SET status = moved.value ->> 1, reason = moved.value ->> 2, position = moved.value ->> 3
FROM jsonb_each(?1) AS moved
WHERE documents.order_id = moved.value ->> 0
