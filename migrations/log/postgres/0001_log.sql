-- The event log. Several servers write it, one transaction at a time: each locks the row of log_head first.
--
-- Every index is paid for at every append, so each one here has a read that needs it, and there is none on time: times never
-- decrease along the log, so a time's place is found by halving (`first_position_at.sql`). Text is in the order of its bytes,
-- whatever the database's collation.

-- The end of the log: one row. Whoever holds its lock is the only one who appends, so positions are given in commit order.
-- Room on its page lets updates stay there.
CREATE TABLE log_head (
    only_one    BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (only_one),
    -- Tells this log from others, so that a server does not take read models of another one for its own.
    log_id      UUID    NOT NULL DEFAULT gen_random_uuid(),
    position    BIGINT  NOT NULL DEFAULT 0,
    recorded_at BIGINT, -- microseconds since the Unix epoch; NULL in an empty log
    streams     BIGINT  NOT NULL DEFAULT 0 -- the last stream's number
) WITH (fillfactor = 10);

INSERT INTO log_head DEFAULT VALUES;

-- Streams get small numbers in the order of their first append, so that the index on (stream_id, version) stays small and
-- young streams are neighbours in it. A stream's version is not stored here: it is the last one in that index. The streams
-- of a category are a range of names, because the category is what stands before the first dash.
CREATE TABLE streams (
    id   BIGINT NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE
);

-- No foreign key on stream_id: the writer makes the stream in the same transaction, and a check would cost a lookup an event.
CREATE TABLE events (
    position       BIGINT NOT NULL PRIMARY KEY CHECK (position > 0),
    id             UUID   NOT NULL,
    stream_id      BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    category       TEXT COLLATE "C" NOT NULL,
    type           TEXT COLLATE "C" NOT NULL,
    schema_version BIGINT NOT NULL,
    recorded_at    BIGINT NOT NULL, -- microseconds since the Unix epoch
    correlation_id UUID,
    causation_id   UUID,
    data           TEXT COLLATE "C" NOT NULL, -- JSON, byte for byte as it came
    metadata       TEXT COLLATE "C" -- JSON object of what the writer added beside the two ids; NULL where that is nothing
);

CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE UNIQUE INDEX events_by_stream ON events (stream_id, version);
CREATE INDEX events_by_type ON events (type, position);
CREATE INDEX events_by_category ON events (category, position);
CREATE INDEX events_by_correlation ON events (correlation_id, position) WHERE correlation_id IS NOT NULL;
CREATE INDEX events_by_causation ON events (causation_id, position) WHERE causation_id IS NOT NULL;

-- What each command did; written with its events, so that a command is carried out once.
CREATE TABLE commands (
    id             UUID   NOT NULL PRIMARY KEY,
    name           TEXT COLLATE "C" NOT NULL,
    stream_id      BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    first_position BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    accepted_at    BIGINT NOT NULL,
    committed_at   BIGINT NOT NULL,
    correlation_id UUID   NOT NULL,
    causation_id   UUID
);

CREATE INDEX commands_by_causation ON commands (causation_id, first_position) WHERE causation_id IS NOT NULL;

-- What happened stays as it was.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are immutable: % is refused', TG_TABLE_NAME, lower(TG_OP);
END
$$;

CREATE TRIGGER events_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER streams_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON streams
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER commands_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON commands
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_head_is_not_deleted BEFORE DELETE OR TRUNCATE ON log_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
