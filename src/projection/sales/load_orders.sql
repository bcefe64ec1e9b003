-- ?1 order ids in hex. One row, [[id, bucket, currency, units, revenue], ...].
-- CROSS JOIN keeps the ids outside: each is looked up, the table is never scanned.
SELECT json_group_array(json_array(touched.value, bucket, currency, units, revenue))
FROM json_each(?1) AS touched
CROSS JOIN open_orders ON open_orders.order_id = unhex(touched.value)
