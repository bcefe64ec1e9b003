-- The events that ?1 caused, by themselves or through one command. Each arm is in the order of its index and ends at the
-- limit, so that a message with very many effects costs no more than a page of them.
FROM (
    SELECT position FROM (
        SELECT position FROM events INDEXED BY events_by_causation
        WHERE causation_id = ?1
        ORDER BY position LIMIT ?2
    )
    UNION
    SELECT position FROM (
        SELECT done.position
        FROM commands AS c INDEXED BY commands_by_causation
        CROSS JOIN events AS done ON done.position BETWEEN c.first_position AND c.position
        WHERE c.causation_id = ?1
        ORDER BY c.first_position, done.position LIMIT ?2
    )
) AS effect
CROSS JOIN events AS e ON e.position = effect.position
CROSS JOIN streams AS s ON s.id = e.stream_id
CROSS JOIN kinds AS k ON k.id = e.kind_id
ORDER BY e.position LIMIT ?2
