SELECT position, carried_out, silent_to FROM fulfilment_v2_checkpoint
