-- As hours.sql, as of ?7: each row as it was, and as it is.
SELECT
    sales.bucket, sales.currency,
    past.orders, past.units, past.revenue, past.cancelled, past.position,
    sales.orders, sales.units, sales.revenue, sales.cancelled, sales.position
FROM sales
CROSS JOIN sales_versions AS past
    ON past.bucket = sales.bucket AND past.currency = sales.currency AND past.position = (
        SELECT max(position) FROM sales_versions AS last
        WHERE last.bucket = sales.bucket AND last.currency = sales.currency AND last.position <= ?7
    )
WHERE sales.bucket >= coalesce(?1, -9223372036854775807) AND sales.bucket < coalesce(?2, 9223372036854775807)
    AND (sales.bucket, sales.currency) < (?3, ?4)
ORDER BY sales.bucket DESC, sales.currency DESC
LIMIT ?5
