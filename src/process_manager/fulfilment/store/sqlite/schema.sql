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

-- One row. Whoever opens the file takes the next token, and all writers before have lost theirs.
CREATE TABLE IF NOT EXISTS checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL,
    -- The last act of an operator that is carried out.
    carried_out INTEGER NOT NULL,
    -- Events up to here are taken in without sending a command.
    silent_to INTEGER NOT NULL,
    token INTEGER NOT NULL
) STRICT;

INSERT INTO checkpoint (one, position, carried_out, silent_to, token) VALUES (1, 0, 0, 0, 0) ON CONFLICT DO NOTHING;
