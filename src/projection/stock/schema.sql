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

-- Each row as it was after each event that changed it.
CREATE TABLE IF NOT EXISTS stock_versions (
    sku TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT,
    unit_price INTEGER,
    currency TEXT,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    PRIMARY KEY (sku, position)
) STRICT, WITHOUT ROWID;
