-- One row for each product. A product that is not registered (yet) has stock but no name, and is not shown.
CREATE TABLE IF NOT EXISTS stock (
    sku TEXT PRIMARY KEY,
    name TEXT,
    unit_price INTEGER,
    currency TEXT,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS stock_by_position ON stock (position);
