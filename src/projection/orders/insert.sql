-- Its values follow, a row for each new order.
INSERT INTO orders (
    placed_position, order_id, customer, lines, total, currency, placed_at, placed_by,
    status, cancel_reason, updated_at, position
)
