-- Where the first event of the categories $3 in ($1, $2] is: the earliest of the first ones of each category.
SELECT min(found.position) FROM unnest($3::text[]) AS wanted (category)
CROSS JOIN LATERAL (
    SELECT e.position FROM events AS e
    WHERE e.category = wanted.category AND e.position > $1 AND e.position <= $2
    ORDER BY e.position LIMIT 1
) AS found
