-- One row for each consumer and step. Where the step begins, what was first seen before or in it, what was last seen in it, and
-- the worst of it. Times in microseconds since the Unix epoch.
CREATE TABLE IF NOT EXISTS trends (
    step_s INTEGER NOT NULL,
    consumer TEXT NOT NULL,
    at INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    lag_events INTEGER NOT NULL,
    lag_age_ms INTEGER NOT NULL,
    PRIMARY KEY (step_s, consumer, at)
) STRICT, WITHOUT ROWID;
