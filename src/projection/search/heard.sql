-- Documents as they were, cut into words as documents_index cuts them. Nobody sees it but who made it, and it goes when the
-- reading ends.
CREATE VIRTUAL TABLE temp.heard USING fts5 (
    order_id, customer, products, skus, status, reason,
    tokenize = 'unicode61 remove_diacritics 2'
)
