UPDATE fulfilment_v2_checkpoint SET token = $1 WHERE one = 1 AND token <= $1
