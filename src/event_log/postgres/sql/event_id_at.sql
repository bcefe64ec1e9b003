-- Which event stands at a position.
SELECT id FROM events WHERE position = $1
