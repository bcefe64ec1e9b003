-- Whether an event id is taken.
SELECT position FROM events WHERE id = ?1
