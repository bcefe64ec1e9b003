-- Where each group stands. A higher token makes older owners' writes void; a group that was removed keeps its token.
CREATE TABLE IF NOT EXISTS progress (
    consumer TEXT PRIMARY KEY,
    token INTEGER NOT NULL,
    position INTEGER NOT NULL,
    -- What is known above the position; none before the first write.
    state TEXT,
    -- The place in the log of the last operator's act that was carried out.
    carried_out INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS parked (
    consumer TEXT NOT NULL,
    id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    parked_at INTEGER NOT NULL,
    -- Whether it is on its way to a member again.
    retried INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (consumer, id)
) STRICT, WITHOUT ROWID;

-- Where each group stood before its last reset, for the case that this is cancelled. It stays until the next one.
CREATE TABLE IF NOT EXISTS kept_progress (
    consumer TEXT PRIMARY KEY,
    -- The place in the log of the reset.
    reset INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS kept_parked (
    consumer TEXT NOT NULL,
    id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    parked_at INTEGER NOT NULL,
    retried INTEGER NOT NULL,
    PRIMARY KEY (consumer, id)
) STRICT, WITHOUT ROWID;
