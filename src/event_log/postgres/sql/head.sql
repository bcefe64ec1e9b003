SELECT position, recorded_at FROM log_head
