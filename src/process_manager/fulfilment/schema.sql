CREATE TABLE IF NOT EXISTS instances (
    order_id TEXT PRIMARY KEY,
    -- The state as JSON.
    state TEXT NOT NULL,
    -- 1 when the process has nothing more to wait for.
    done INTEGER NOT NULL,
    -- The last event that it took in.
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Commands that were decided and whose answer is not noted yet.
CREATE TABLE IF NOT EXISTS outgoing (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    correlation_id TEXT,
    causation_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL
) STRICT;

INSERT INTO checkpoint (one, position) VALUES (1, 0) ON CONFLICT DO NOTHING;
