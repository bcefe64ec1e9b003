-- How many events of the categories $3 are in ($1, $2].
SELECT count(*) FROM events
WHERE category = ANY ($3::text[]) AND position > $1 AND position <= $2
