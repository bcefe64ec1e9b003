SELECT order_id, iif(done = 0, state, NULL) AS state FROM instances
WHERE order_id IN (SELECT value FROM json_each(?1))
