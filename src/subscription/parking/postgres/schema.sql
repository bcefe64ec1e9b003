-- Events that consumers have set aside, of all that share this database. A number is given once: an act on an event must not meet
-- a later one.
CREATE TABLE IF NOT EXISTS consumer_parked (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    event_id UUID NOT NULL,
    -- Later events of the same key wait.
    key TEXT COLLATE "C" NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    parked_at BIGINT NOT NULL,
    -- Whether it is to be tried again.
    due BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (consumer, position)
);

CREATE INDEX IF NOT EXISTS consumer_parked_by_key ON consumer_parked (consumer, key, position);

-- What came after a parked event of its key, and was passed.
CREATE TABLE IF NOT EXISTS consumer_parked_waiting (
    consumer TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    event_id UUID NOT NULL,
    PRIMARY KEY (consumer, key, position)
);
