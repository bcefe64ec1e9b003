-- ?1 versions, each an array in the order of these columns.
INSERT INTO past_versions (placed_position, until, since, lasted, status, reason)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM jsonb_each(?1)
