-- As words_then.sql, of documents that have not changed since: all their words are in the index as they were.
SELECT documents.placed_position
FROM documents_index
CROSS JOIN documents ON documents.placed_position = documents_index.rowid
WHERE documents_index MATCH ?1 AND documents_index.rowid <= ?2
    AND documents.position <= ?2 AND documents.status IN (SELECT value FROM json_each(?3))
ORDER BY documents_index.rowid DESC
LIMIT ?4
