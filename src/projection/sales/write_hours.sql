-- ?1 rows, each an array in the order of these columns. `WHERE true` tells the parser that ON belongs to the upsert.
INSERT INTO sales (bucket, currency, orders, units, revenue, cancelled, position)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM jsonb_each(?1)
WHERE true
ON CONFLICT (bucket, currency) DO UPDATE SET
    orders = excluded.orders,
    units = excluded.units,
    revenue = excluded.revenue,
    cancelled = excluded.cancelled,
    position = excluded.position
