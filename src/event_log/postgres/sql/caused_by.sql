-- The events that $1 caused, by themselves or through one command. Each arm is in the order of its index and ends at the
-- limit, so that a message with very many effects costs no more than a page of them.
FROM (
    (SELECT position FROM events WHERE causation_id = $1 ORDER BY position LIMIT $2)
    UNION
    (SELECT done.position
     FROM commands AS c
     CROSS JOIN LATERAL (
         SELECT position FROM events WHERE position BETWEEN c.first_position AND c.position ORDER BY position LIMIT $2
     ) AS done
     WHERE c.causation_id = $1
     ORDER BY c.first_position, done.position LIMIT $2)
) AS effect
JOIN events AS e ON e.position = effect.position
JOIN streams AS s ON s.id = e.stream_id
ORDER BY e.position LIMIT $2
