-- Servers that start together make the tables one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('highwater fulfilment_v2', 0));

CREATE TABLE IF NOT EXISTS fulfilment_v2_instances (
    order_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- The state as JSON.
    state TEXT COLLATE "C" NOT NULL,
    -- 1 when the process has nothing more to wait for.
    done SMALLINT NOT NULL,
    -- The last event that it took in.
    position BIGINT NOT NULL
);

-- Commands that were decided and whose answer is not noted yet.
CREATE TABLE IF NOT EXISTS fulfilment_v2_outgoing (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    correlation_id TEXT COLLATE "C",
    causation_id TEXT COLLATE "C" NOT NULL
);

-- One row. Whoever has the lease writes its token here, and all writers before have lost theirs.
CREATE TABLE IF NOT EXISTS fulfilment_v2_checkpoint (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    position BIGINT NOT NULL,
    -- The last act of an operator that is carried out.
    carried_out BIGINT NOT NULL,
    -- Events up to here are taken in without sending a command.
    silent_to BIGINT NOT NULL,
    token BIGINT NOT NULL
) WITH (fillfactor = 10);
