-- How many of one kind's events are in (?1, ?2]; counted in the index alone.
SELECT count(*) FROM events INDEXED BY events_by_kind
WHERE kind_id = ?3 AND position > ?1 AND position <= ?2
