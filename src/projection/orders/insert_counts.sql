-- Its values follow.
INSERT INTO order_counts (position, placed, reserved, paid, confirmed, shipped, cancelled)
