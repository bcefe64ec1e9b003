-- ?1 sku.
SELECT sku, name, unit_price, currency, on_hand, reserved, position
FROM stock
WHERE sku = ?1 AND name IS NOT NULL
