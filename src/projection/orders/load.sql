-- ?1 order ids in hex. One row, [[id, status], ...]: rows one by one would each cross to this thread.
-- CROSS JOIN keeps the ids outside: each is looked up, the table is never scanned.
SELECT json_group_array(json_array(touched.value, orders.status))
FROM json_each(?1) AS touched
CROSS JOIN orders ON orders.order_id = unhex(touched.value)
