-- Its values follow, a row for each new document.
INSERT INTO documents (
    placed_position, order_id, customer, products, skus, status, reason, position, total, currency, placed_at
)
