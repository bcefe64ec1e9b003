
-- What the rows of orders said before an event changed them: from the event `since`, and no longer at the event `until`.
-- A version lasted 2^`lasted` positions or more, and less than twice as many.
CREATE TABLE IF NOT EXISTS past_versions (
    placed_position INTEGER NOT NULL,
    until INTEGER NOT NULL,
    since INTEGER NOT NULL,
    lasted INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (placed_position, until)
) STRICT, WITHOUT ROWID;

-- Ends in `placed_position` by itself: who had a status is told by the index alone.
CREATE INDEX IF NOT EXISTS past_versions_by_status ON past_versions (status, lasted, since, until);
