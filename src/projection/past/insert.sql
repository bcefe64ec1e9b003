-- ?1 statuses that are past, each an array in the order of these columns.
INSERT INTO past_statuses (status, lasted, since, until, placed_position)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM jsonb_each(?1)
