INSERT INTO fulfilment_v2_checkpoint (one, position, carried_out, silent_to, token) VALUES (1, 0, $1, $2, 0)
ON CONFLICT DO NOTHING
