-- ?1 order ids. One row, [[id, placed_position, position, status, reason], ...]: those of them that have a document.
-- CROSS JOIN keeps the ids outside: each is looked up, the table is never scanned.
SELECT json_group_array(json_array(touched.value, placed_position, position, status, reason))
FROM json_each(?1) AS touched
CROSS JOIN documents ON documents.order_id = touched.value
