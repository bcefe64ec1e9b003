SELECT position, carried_out FROM progress WHERE consumer = ?1
