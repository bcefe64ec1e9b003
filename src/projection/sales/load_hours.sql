-- ?1 [[bucket, currency], ...]. One row, [[bucket, currency, orders, units, revenue, cancelled, position], ...].
-- CROSS JOIN keeps the keys outside: each is looked up, the table is never scanned.
SELECT json_group_array(json_array(bucket, currency, orders, units, revenue, cancelled, position))
FROM jsonb_each(?1) AS touched
CROSS JOIN sales ON sales.bucket = touched.value ->> 0 AND sales.currency = touched.value ->> 1
