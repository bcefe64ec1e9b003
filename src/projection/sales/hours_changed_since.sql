-- ?1 after this position, ?2 at most so many.
SELECT bucket, currency, orders, units, revenue, cancelled, position
FROM sales
WHERE position > ?1
ORDER BY position
LIMIT ?2
