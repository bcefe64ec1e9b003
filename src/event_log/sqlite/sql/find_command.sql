-- Which events a command appended, and when.
SELECT first_position, position, committed_at FROM commands WHERE id = ?1
