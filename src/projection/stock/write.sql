-- ?1 rows, each an array in the order of these columns. `WHERE true` tells the parser that ON belongs to the upsert.
INSERT INTO stock (sku, name, unit_price, currency, on_hand, reserved, position)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM jsonb_each(?1)
WHERE true
ON CONFLICT (sku) DO UPDATE SET
    name = excluded.name,
    unit_price = excluded.unit_price,
    currency = excluded.currency,
    on_hand = excluded.on_hand,
    reserved = excluded.reserved,
    position = excluded.position
