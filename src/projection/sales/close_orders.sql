-- ?1 order ids in hex.
DELETE FROM open_orders WHERE order_id IN (SELECT unhex(value) FROM json_each(?1))
