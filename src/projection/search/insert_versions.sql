-- ?1 versions that are past, each an array in the order of these columns.
INSERT INTO document_versions (placed_position, until, status, reason)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
FROM jsonb_each(?1)
