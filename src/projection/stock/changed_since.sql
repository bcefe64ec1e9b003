-- ?1 after this position, ?2 at most so many.
SELECT sku, name, unit_price, currency, on_hand, reserved, position
FROM stock
WHERE position > ?1 AND name IS NOT NULL
ORDER BY position
LIMIT ?2
