-- As find.sql, among the documents that were heard.
WITH newest AS MATERIALIZED (
    SELECT rowid AS placed_position, status, bm25(heard, 10.0, 5.0, 3.0, 3.0, 1.0, 1.0) AS score
    FROM temp.heard
    WHERE heard MATCH ?1
    ORDER BY rowid DESC
    LIMIT ?2
)
SELECT
    score, placed_position, documents.order_id, customer, documents.status, products, total, currency, placed_at,
    newest.status AS then_status
FROM newest
CROSS JOIN documents USING (placed_position)
WHERE score > ?4 OR (score = ?4 AND placed_position < ?5)
ORDER BY score, placed_position DESC
LIMIT ?3
