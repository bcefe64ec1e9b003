-- ?1 counts, each an array in the order of these columns.
INSERT INTO order_counts (position, placed, reserved, paid, confirmed, shipped, cancelled)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM jsonb_each(?1)
