-- $1 consumer. What is parked does not wait.
DELETE FROM consumer_parked_waiting AS waiting USING consumer_parked AS parked
WHERE waiting.consumer = $1 AND parked.consumer = $1 AND parked.position = waiting.position
