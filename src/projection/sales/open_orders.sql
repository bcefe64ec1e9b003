-- ?1 orders, each an array in the order of these columns. `WHERE true` tells the parser that ON belongs to the upsert: an
-- order may be here already, where other programs cancelled it and placed it again within one batch.
INSERT INTO open_orders (order_id, bucket, currency, units, revenue)
SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM jsonb_each(?1)
WHERE true
ON CONFLICT (order_id) DO UPDATE SET
    bucket = excluded.bucket,
    currency = excluded.currency,
    units = excluded.units,
    revenue = excluded.revenue
