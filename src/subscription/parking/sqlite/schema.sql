-- Events that were set aside. A number is given once: an act on an event must not meet a later one.
CREATE TABLE IF NOT EXISTS parked (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL UNIQUE,
    event_id BLOB NOT NULL,
    -- Later events of the same key wait.
    key TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    parked_at INTEGER NOT NULL,
    -- Whether it is to be tried again.
    due INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX IF NOT EXISTS parked_by_key ON parked (key, position);

-- What came after a parked event of its key, and was passed.
CREATE TABLE IF NOT EXISTS parked_waiting (
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;
