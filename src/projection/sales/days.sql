-- As hours.sql, with the hours of a day (?6 microseconds) as one row.
SELECT
    bucket - bucket % ?6 AS day, currency, sum(orders) AS orders, sum(units) AS units, sum(revenue) AS revenue,
    sum(cancelled) AS cancelled, max(position) AS position
FROM sales
WHERE bucket >= coalesce(?1, -9223372036854775807) AND bucket < coalesce(?2, 9223372036854775807)
GROUP BY day, currency
HAVING (day, currency) < (?3, ?4)
ORDER BY day DESC, currency DESC
LIMIT ?5
