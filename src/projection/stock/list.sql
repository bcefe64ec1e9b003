-- ?1 after this sku, ?2 at most so many.
SELECT sku, name, unit_price, currency, on_hand, reserved, position
FROM stock
WHERE sku > ?1 AND name IS NOT NULL
ORDER BY sku
LIMIT ?2
