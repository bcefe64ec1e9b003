-- ?1 sku, ?2 as of this position. The row as it was, and as it is.
SELECT
    stock.sku, past.name AS past_name, past.unit_price AS past_unit_price, past.currency AS past_currency,
    past.on_hand AS past_on_hand, past.reserved AS past_reserved, past.position AS past_position,
    stock.name, stock.unit_price, stock.currency, stock.on_hand, stock.reserved, stock.position
FROM stock
CROSS JOIN stock_versions AS past ON past.sku = stock.sku AND past.position = (
    SELECT max(position) FROM stock_versions AS last WHERE last.sku = stock.sku AND last.position <= ?2
)
WHERE stock.sku = ?1 AND past.name IS NOT NULL
