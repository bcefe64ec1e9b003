-- ?1 new orders, each an array in the order of these columns.
INSERT INTO orders (
    placed_position, order_id, customer, lines, total, currency, placed_at, placed_by,
    status, cancel_reason, updated_at, position
)
SELECT
    value ->> 0, unhex(value ->> 1), value ->> 2, value -> 3, value ->> 4, value ->> 5, value ->> 6, unhex(value ->> 7),
    value ->> 8, value ->> 9, value ->> 10, value ->> 11
FROM jsonb_each(?1)
