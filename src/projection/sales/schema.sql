-- Sales of the orders placed in one hour. A day is a sum of hours, made when it is asked for.
CREATE TABLE IF NOT EXISTS sales (
    bucket INTEGER NOT NULL,
    currency TEXT NOT NULL,
    orders INTEGER NOT NULL,
    units INTEGER NOT NULL,
    revenue INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (bucket, currency)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS sales_by_position ON sales (position);

-- Each row as it was after each event that changed it.
CREATE TABLE IF NOT EXISTS sales_versions (
    bucket INTEGER NOT NULL,
    currency TEXT NOT NULL,
    position INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    units INTEGER NOT NULL,
    revenue INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    PRIMARY KEY (bucket, currency, position)
) STRICT, WITHOUT ROWID;

-- What a cancellation would take back again. An order leaves when it is cancelled or shipped: after that nothing of it
-- can be taken back.
CREATE TABLE IF NOT EXISTS open_orders (
    order_id BLOB PRIMARY KEY,
    bucket INTEGER NOT NULL,
    currency TEXT NOT NULL,
    units INTEGER NOT NULL,
    revenue INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
