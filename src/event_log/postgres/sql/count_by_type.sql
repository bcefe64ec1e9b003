-- How many events of the types $3 are in ($1, $2], within the categories $4 where they are named.
SELECT count(*) FROM events
WHERE type = ANY ($3::text[]) AND position > $1 AND position <= $2
  AND ($4::text[] IS NULL OR category = ANY ($4))
