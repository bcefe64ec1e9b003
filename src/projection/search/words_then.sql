-- ?1 a query in FTS5's language, of words that never change; ?2 as of this position; ?3 statuses; ?4 at most so many.
-- The places of the newest orders with the words that had one of the statuses.
SELECT documents.placed_position
FROM documents_index
CROSS JOIN documents ON documents.placed_position = documents_index.rowid
WHERE documents_index MATCH ?1 AND documents_index.rowid <= ?2
    AND iif(documents.position <= ?2, documents.status, (
        SELECT past.status FROM document_versions AS past
        WHERE past.placed_position = documents.placed_position AND past.until > ?2
        ORDER BY past.until
        LIMIT 1
    )) IN (SELECT value FROM json_each(?3))
ORDER BY documents_index.rowid DESC
LIMIT ?4
