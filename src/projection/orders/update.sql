-- ?1 orders that have moved on, [id, status, cancel_reason, updated_at, position].
UPDATE orders
SET
    status = moved.value ->> 1,
    cancel_reason = moved.value ->> 2,
    updated_at = moved.value ->> 3,
    position = moved.value ->> 4
FROM jsonb_each(?1) AS moved
WHERE orders.order_id = unhex(moved.value ->> 0)
