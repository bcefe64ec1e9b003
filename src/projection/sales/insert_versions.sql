-- Its values follow: rows as they were after an event.
INSERT INTO sales_versions (bucket, currency, orders, units, revenue, cancelled, position)
