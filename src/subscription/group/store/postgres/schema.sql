-- Servers that start together make the tables one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('highwater groups', 0));

-- Where each group stands. A higher token makes older owners' writes void; a group that was removed keeps its token.
CREATE TABLE IF NOT EXISTS group_progress (
    consumer TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    token BIGINT NOT NULL,
    position BIGINT NOT NULL,
    -- What is known above the position; none before the first write.
    state TEXT COLLATE "C",
    -- The place in the log of the last operator's act that was carried out.
    carried_out BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE IF NOT EXISTS group_parked (
    consumer TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    event_id UUID NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT COLLATE "C" NOT NULL,
    parked_at BIGINT NOT NULL,
    -- Whether it is on its way to a member again.
    retried BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (consumer, id)
);

-- Where each group stood before its last reset, for the case that this is cancelled. It stays until the next one.
CREATE TABLE IF NOT EXISTS group_kept_progress (
    consumer TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- The place in the log of the reset.
    reset BIGINT NOT NULL,
    position BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL
);

CREATE TABLE IF NOT EXISTS group_kept_parked (
    consumer TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    event_id UUID NOT NULL,
    stream TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT COLLATE "C" NOT NULL,
    parked_at BIGINT NOT NULL,
    retried BOOLEAN NOT NULL,
    PRIMARY KEY (consumer, id)
);
