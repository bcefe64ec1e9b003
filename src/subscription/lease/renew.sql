-- $1 consumers, $2 the tokens that we have of them, $3 how each is doing, $4 for how many milliseconds. Those that are ours.
UPDATE leases SET renewed_at = now(), until = now() + $4 * INTERVAL '1 millisecond', health = held.health
FROM unnest($1, $2, $3) AS held (consumer, token, health)
WHERE leases.consumer = held.consumer AND leases.token = held.token
RETURNING leases.consumer
