INSERT INTO kept_progress (consumer, reset, position, state) VALUES (?1, ?2, ?3, ?4)
