-- As hours_at.sql, with the hours of a day (?6 microseconds) as one row. A day is now what all its hours are, those too
-- in which nothing had been sold by then.
SELECT
    sales.bucket - sales.bucket % ?6 AS day, sales.currency,
    sum(past.orders), sum(past.units), sum(past.revenue), sum(past.cancelled), max(past.position),
    sum(sales.orders), sum(sales.units), sum(sales.revenue), sum(sales.cancelled), max(sales.position)
FROM sales
LEFT JOIN sales_versions AS past
    ON past.bucket = sales.bucket AND past.currency = sales.currency AND past.position = (
        SELECT max(position) FROM sales_versions AS last
        WHERE last.bucket = sales.bucket AND last.currency = sales.currency AND last.position <= ?7
    )
WHERE sales.bucket >= coalesce(?1, -9223372036854775807) AND sales.bucket < coalesce(?2, 9223372036854775807)
GROUP BY day, sales.currency
HAVING (day, sales.currency) < (?3, ?4) AND max(past.position) IS NOT NULL
ORDER BY day DESC, sales.currency DESC
LIMIT ?5
