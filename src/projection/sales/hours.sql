-- ?1 from and ?2 before these times (null: no bound), ?3 and ?4 the last row of the page before, ?5 at most so many.
SELECT bucket, currency, orders, units, revenue, cancelled, position
FROM sales
WHERE bucket >= coalesce(?1, -9223372036854775807) AND bucket < coalesce(?2, 9223372036854775807)
    AND (bucket, currency) < (?3, ?4)
ORDER BY bucket DESC, currency DESC
LIMIT ?5
