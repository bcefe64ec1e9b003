-- ?1 skus. One row, [[sku, name, unit_price, currency, on_hand, reserved, position], ...].
-- CROSS JOIN keeps the skus outside: each is looked up, the table is never scanned.
SELECT json_group_array(json_array(sku, name, unit_price, currency, on_hand, reserved, position))
FROM json_each(?1) AS touched
CROSS JOIN stock ON stock.sku = touched.value
