UPDATE fulfilment_v2_checkpoint SET position = $2 WHERE one = 1 AND position = $1 AND token = $3
