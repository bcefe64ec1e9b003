SELECT position, recorded_at FROM events WHERE position = (SELECT max(position) FROM events)
