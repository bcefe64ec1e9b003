SELECT order_id, CASE WHEN done = 0 THEN state END AS state FROM fulfilment_v2_instances
WHERE order_id IN (SELECT jsonb_array_elements_text($1::JSONB))
