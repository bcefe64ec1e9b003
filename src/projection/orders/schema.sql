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

-- In list order; whether a row has changed since a position, is told by the index alone.
CREATE INDEX IF NOT EXISTS orders_by_status ON orders (status, placed_position, position);
-- Each of these ends in `placed_position` by itself: equal keys are in list order.
CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer);
CREATE INDEX IF NOT EXISTS orders_by_position ON orders (position);

-- Every event that names an order, also where the order itself is not known (yet). One that changed the order's row has
-- what the row said after it.
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
    status TEXT,
    cancel_reason TEXT,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

-- How many orders had each status after an event that changed a row, so that nobody has to count them: the last row is
-- how many have it now, the last one up to a position how many had it then.
CREATE TABLE IF NOT EXISTS order_counts (
    position INTEGER PRIMARY KEY,
    placed INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    paid INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    shipped INTEGER NOT NULL,
    cancelled INTEGER NOT NULL
) STRICT;
