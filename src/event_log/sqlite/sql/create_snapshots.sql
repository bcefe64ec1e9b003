-- The snapshots' file: what can be folded again from the log at any time, so there are no migrations. A file that this
-- statement did not make is thrown away.
CREATE TABLE snapshots (
    stream   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    event_id BLOB    NOT NULL,
    shape    INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    PRIMARY KEY (stream, version)
) STRICT, WITHOUT ROWID
