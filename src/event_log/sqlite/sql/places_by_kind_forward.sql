-- Where one kind's events are in (?1, ?2]; read from the index alone.
SELECT position FROM events INDEXED BY events_by_kind
WHERE kind_id = ?4 AND position > ?1 AND position <= ?2
ORDER BY position LIMIT ?3
