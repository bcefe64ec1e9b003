-- $1 consumer, $2 its number, $3 what went wrong.
UPDATE consumer_parked SET attempts = attempts + 1, error = $3, due = FALSE WHERE consumer = $1 AND id = $2
