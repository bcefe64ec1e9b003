-- The place of an order in the log is its key: unique, rising, and the order in which the list is read.
CREATE TABLE IF NOT EXISTS orders (
    placed_position INTEGER PRIMARY KEY,
    order_id BLOB NOT NULL UNIQUE,
    customer TEXT NOT NULL,
    lines TEXT NOT NULL,
    total INTEGER NOT NULL,
    currency TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    placed_by BLOB,
    status TEXT NOT NULL,
    cancel_reason TEXT,
    updated_at INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

-- Each of these ends in `placed_position` by itself: equal keys are in list order.
CREATE INDEX IF NOT EXISTS orders_by_status ON orders (status);
CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer);
CREATE INDEX IF NOT EXISTS orders_by_position ON orders (position);

-- Every event that names an order, also where the order itself is not known (yet).
CREATE TABLE IF NOT EXISTS order_history (
    order_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    event_type TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    summary TEXT NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

-- How many orders have each status, so that nobody has to count them.
CREATE TABLE IF NOT EXISTS order_counts (
    status TEXT PRIMARY KEY,
    orders INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO order_counts (status, orders)
VALUES ('placed', 0), ('reserved', 0), ('paid', 0), ('confirmed', 0), ('shipped', 0), ('cancelled', 0)
ON CONFLICT DO NOTHING;
