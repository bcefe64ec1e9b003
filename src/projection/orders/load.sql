-- ?1 order ids in hex. One row, [[id, placed_position, position, status, cancel_reason], ...]: rows one by one would each
-- cross to this thread.
-- CROSS JOIN keeps the ids outside: each is looked up, the table is never scanned.
SELECT json_group_array(json_array(touched.value, placed_position, position, status, cancel_reason))
FROM json_each(?1) AS touched
CROSS JOIN orders ON orders.order_id = unhex(touched.value)
