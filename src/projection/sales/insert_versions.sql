-- ?1 rows as they were after an event, each an array in the order of these columns.
INSERT INTO sales_versions (bucket, currency, orders, units, revenue, cancelled, position)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM jsonb_each(?1)
