-- One row: the last position whose rows are in this file.
CREATE TABLE IF NOT EXISTS checkpoint (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL
) STRICT;

INSERT INTO checkpoint (id, position) VALUES (1, 0) ON CONFLICT DO NOTHING;
