-- ?1 rows as they were after an event, each an array in the order of these columns.
INSERT INTO stock_versions (sku, name, unit_price, currency, on_hand, reserved, position)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM jsonb_each(?1)
