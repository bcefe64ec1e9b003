SELECT position, carried_out, silent_to FROM checkpoint
