-- What some appends did to each stream, in the order of each append. The events of the nth append are all those in
-- [$1[nth], $2[nth]].
SELECT wanted.nth, s.name, done.first_version, done.last_version, done.position
FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS wanted (first, last, nth)
CROSS JOIN LATERAL (
    SELECT stream_id, min(position) AS first_position, min(version) AS first_version, max(version) AS last_version,
           max(position) AS position
    FROM events WHERE position BETWEEN wanted.first AND wanted.last
    GROUP BY stream_id
) AS done
JOIN streams AS s ON s.id = done.stream_id
ORDER BY wanted.nth, done.first_position
