-- ?1 new documents, each an array in the order of these columns.
INSERT INTO documents (
    placed_position, order_id, customer, products, skus, status, reason, position, total, currency, placed_at
)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10
FROM jsonb_each(?1)
