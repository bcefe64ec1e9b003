-- What has to be known to judge the appends of a transaction, in one trip: where their streams ($1) stand, which of their
-- event ids ($2) are taken, and which of their commands ($3) were carried out. `nth` counts from 1 in the list of its kind.
-- A look-up for each: LIMIT keeps the planner from joining whole tables, whatever it believes of their sizes.
SELECT 1 AS kind, wanted.nth, found.id AS first, found.version AS last, NULL::bigint AS at
FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, nth)
CROSS JOIN LATERAL (
    SELECT id, (SELECT max(version) FROM events WHERE stream_id = streams.id) AS version
    FROM streams WHERE name = wanted.name COLLATE "C" LIMIT 1
) AS found
UNION ALL
SELECT 2, wanted.nth, found.position, found.position, NULL
FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, nth)
CROSS JOIN LATERAL (SELECT position FROM events WHERE id = wanted.id LIMIT 1) AS found
UNION ALL
SELECT 3, wanted.nth, found.first_position, found.position, found.committed_at
FROM unnest($3::uuid[]) WITH ORDINALITY AS wanted (id, nth)
CROSS JOIN LATERAL (
    SELECT first_position, position, committed_at FROM commands WHERE id = wanted.id LIMIT 1
) AS found
