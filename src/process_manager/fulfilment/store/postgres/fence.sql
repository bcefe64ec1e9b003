-- Held until the end of the transaction, so that nobody takes the place over in the middle of it.
SELECT 1 FROM fulfilment_v2_checkpoint WHERE one = 1 AND token = $1 FOR UPDATE
