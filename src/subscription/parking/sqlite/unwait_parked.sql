-- What is parked does not wait.
DELETE FROM parked_waiting WHERE position IN (SELECT position FROM parked)
