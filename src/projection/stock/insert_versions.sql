-- Its values follow: rows as they were after an event.
INSERT INTO stock_versions (sku, name, unit_price, currency, on_hand, reserved, position)
