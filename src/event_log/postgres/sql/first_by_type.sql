-- Where the first event of the types $3 in ($1, $2] is, within the categories $4 where they are named: the earliest of the
-- first ones of each type.
SELECT min(found.position) FROM unnest($3::text[]) AS wanted (type)
CROSS JOIN LATERAL (
    SELECT e.position FROM events AS e
    WHERE e.type = wanted.type AND e.position > $1 AND e.position <= $2
      AND ($4::text[] IS NULL OR e.category = ANY ($4))
    ORDER BY e.position LIMIT 1
) AS found
