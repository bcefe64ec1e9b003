-- One row: the last position whose rows are in this file, the last act of an operator that is carried out in it, and who
-- may write it. Whoever opens the file to write takes the next token, and all writers before have lost theirs.
CREATE TABLE IF NOT EXISTS checkpoint (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    carried_out INTEGER NOT NULL,
    token INTEGER NOT NULL
) STRICT;

INSERT INTO checkpoint (id, position, carried_out, token) VALUES (1, 0, 0, 0) ON CONFLICT DO NOTHING;
