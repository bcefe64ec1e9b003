-- ?1 the places of orders, ?2 as of this position.
INSERT INTO temp.heard (rowid, order_id, customer, products, skus, status, reason)
SELECT
    documents.placed_position, order_id, customer, products, skus,
    coalesce(past.status, documents.status), iif(past.until IS NULL, documents.reason, past.reason)
FROM json_each(?1) AS candidate
CROSS JOIN documents ON documents.placed_position = candidate.value
LEFT JOIN document_versions AS past
    ON documents.position > ?2 AND past.placed_position = documents.placed_position AND past.until = (
        SELECT min(until) FROM document_versions AS first
        WHERE first.placed_position = documents.placed_position AND first.until > ?2
    )
