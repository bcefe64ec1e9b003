-- What can be found: a document for each order, with the order's place in the log as its key, so that "newest" is the
-- order of the keys. The id is text, for it is searched too.
CREATE TABLE IF NOT EXISTS documents (
    placed_position INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL UNIQUE,
    customer TEXT NOT NULL,
    products TEXT NOT NULL,
    skus TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    position INTEGER NOT NULL,
    total INTEGER NOT NULL,
    currency TEXT NOT NULL,
    placed_at INTEGER NOT NULL
) STRICT;

-- In the order of the keys; whether a document has changed since a position, is told by the index alone.
CREATE INDEX IF NOT EXISTS documents_by_status ON documents (status, placed_position, position);

-- What documents said until an event changed them.
CREATE TABLE IF NOT EXISTS document_versions (
    placed_position INTEGER NOT NULL,
    until INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (placed_position, until)
) STRICT, WITHOUT ROWID;

-- The index holds terms only and reads the texts from the documents; prefixes of 2 and 3 characters are indexed, for
-- those are asked for while somebody types.
CREATE VIRTUAL TABLE IF NOT EXISTS documents_index USING fts5 (
    order_id, customer, products, skus, status, reason,
    content = 'documents',
    content_rowid = 'placed_position',
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);

CREATE TRIGGER IF NOT EXISTS documents_inserted AFTER INSERT ON documents BEGIN
    INSERT INTO documents_index (rowid, order_id, customer, products, skus, status, reason)
    VALUES (new.placed_position, new.order_id, new.customer, new.products, new.skus, new.status, new.reason);
END;

-- The index must be told the old texts to forget them.
CREATE TRIGGER IF NOT EXISTS documents_updated AFTER UPDATE ON documents BEGIN
    INSERT INTO documents_index (documents_index, rowid, order_id, customer, products, skus, status, reason)
    VALUES ('delete', old.placed_position, old.order_id, old.customer, old.products, old.skus, old.status, old.reason);
    INSERT INTO documents_index (rowid, order_id, customer, products, skus, status, reason)
    VALUES (new.placed_position, new.order_id, new.customer, new.products, new.skus, new.status, new.reason);
END;
