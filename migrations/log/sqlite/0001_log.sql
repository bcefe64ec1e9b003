-- The event log. One thread of one process writes it; many read.
--
-- Every index is paid for at every append (some 0.6 µs an event), so each one here has a read that needs it, and there is
-- none on time: times never decrease along the log, so a time's place is found by halving (`first_position_at.sql`).

-- Streams get small numbers in the order of their first append, so that the index on (stream_id, version) stays small and
-- young streams are neighbours in it. A stream's version is not stored here: it is the last one in that index. The streams
-- of a category are a range of names, because the category is what stands before the first dash.
CREATE TABLE streams (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- A type of event within a category of streams: few, so that one small index on their numbers finds events by type and by
-- category, where an index on each would cost every append twice as much (see BENCHMARKS.md).
CREATE TABLE kinds (
    id       INTEGER PRIMARY KEY,
    category TEXT NOT NULL,
    type     TEXT NOT NULL,
    UNIQUE (category, type)
) STRICT;
CREATE INDEX kinds_by_type ON kinds (type, category);

-- No foreign keys: the writer makes stream and kind in the same transaction, and checks would cost two look-ups an event.
CREATE TABLE events (
    position       INTEGER PRIMARY KEY CHECK (position > 0),
    id             BLOB    NOT NULL,
    stream_id      INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    kind_id        INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL, -- microseconds since the Unix epoch
    correlation_id BLOB,
    causation_id   BLOB,
    data           TEXT    NOT NULL, -- JSON, byte for byte as it came
    metadata       TEXT              -- JSON object of what the writer added beside the two ids; NULL where that is nothing
) STRICT;

CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE UNIQUE INDEX events_by_stream ON events (stream_id, version);
-- An index ends with the position by itself, so these are in the order of the log.
CREATE INDEX events_by_kind ON events (kind_id);
CREATE INDEX events_by_correlation ON events (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX events_by_causation ON events (causation_id) WHERE causation_id IS NOT NULL;

-- What each command did; written with its events, so that a command is carried out once.
CREATE TABLE commands (
    id             BLOB    NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    stream_id      INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    position       INTEGER NOT NULL,
    accepted_at    INTEGER NOT NULL,
    committed_at   INTEGER NOT NULL,
    correlation_id BLOB    NOT NULL,
    causation_id   BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX commands_by_causation ON commands (causation_id, first_position) WHERE causation_id IS NOT NULL;

-- What happened stays as it was.
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are immutable: an update is refused'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are immutable: a delete is refused'); END;
CREATE TRIGGER streams_are_not_changed BEFORE UPDATE ON streams
BEGIN SELECT RAISE(ABORT, 'streams are immutable: an update is refused'); END;
CREATE TRIGGER streams_are_not_deleted BEFORE DELETE ON streams
BEGIN SELECT RAISE(ABORT, 'streams are immutable: a delete is refused'); END;
CREATE TRIGGER kinds_are_not_changed BEFORE UPDATE ON kinds
BEGIN SELECT RAISE(ABORT, 'kinds are immutable: an update is refused'); END;
CREATE TRIGGER kinds_are_not_deleted BEFORE DELETE ON kinds
BEGIN SELECT RAISE(ABORT, 'kinds are immutable: a delete is refused'); END;
CREATE TRIGGER commands_are_not_changed BEFORE UPDATE ON commands
BEGIN SELECT RAISE(ABORT, 'commands are immutable: an update is refused'); END;
CREATE TRIGGER commands_are_not_deleted BEFORE DELETE ON commands
BEGIN SELECT RAISE(ABORT, 'commands are immutable: a delete is refused'); END;
