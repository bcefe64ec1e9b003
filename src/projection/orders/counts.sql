-- ?1 as of this position.
SELECT placed, reserved, paid, confirmed, shipped, cancelled
FROM order_counts
WHERE position <= ?1
ORDER BY position DESC
LIMIT 1
