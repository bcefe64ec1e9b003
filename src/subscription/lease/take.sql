-- $1 the consumer, $2 who wants it, $3 how others reach them, $4 for how many milliseconds. No row where somebody has it.
INSERT INTO leases (consumer, owner, address, token, renewed_at, until)
VALUES ($1, $2, $3, 1, now(), now() + $4 * INTERVAL '1 millisecond')
ON CONFLICT (consumer) DO UPDATE SET
    owner = excluded.owner, address = excluded.address, token = leases.token + 1,
    renewed_at = excluded.renewed_at, until = excluded.until, health = NULL
WHERE leases.until <= now()
RETURNING token
