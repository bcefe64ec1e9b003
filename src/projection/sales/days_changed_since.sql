-- As hours_changed_since.sql, with the hours of a day (?3 microseconds) as one row. Only hours from the first changed
-- day on are summed.
SELECT
    bucket - bucket % ?3 AS day, currency, sum(orders) AS orders, sum(units) AS units, sum(revenue) AS revenue,
    sum(cancelled) AS cancelled, max(position) AS position
FROM sales
WHERE bucket >= (SELECT min(bucket - bucket % ?3) FROM sales WHERE position > ?1)
GROUP BY day, currency
HAVING max(position) > ?1
ORDER BY max(position)
LIMIT ?2
