-- ?1 the query in FTS5's language, ?2 how many of the newest matches are ranked, ?3 at most so many, ?4 and ?5 the score
-- and place of the last row of the page before.
-- Ranking needs every match; the newest ones come out of the index in order, so that a word that all orders have costs
-- no more than others. The weights are in the order of the index's columns.
WITH newest AS MATERIALIZED (
    SELECT rowid AS placed_position, bm25(documents_index, 10.0, 5.0, 3.0, 3.0, 1.0, 1.0) AS score
    FROM documents_index
    WHERE documents_index MATCH ?1
    ORDER BY rowid DESC
    LIMIT ?2
)
SELECT score, placed_position, documents.order_id, customer, status, products, total, currency, placed_at
FROM newest
CROSS JOIN documents USING (placed_position)
WHERE score > ?4 OR (score = ?4 AND placed_position < ?5)
ORDER BY score, placed_position DESC
LIMIT ?3
