
-- Which statuses orders had until an event changed them: from the event `since`, and no longer at the event `until`. One
-- lasted 2^`lasted` positions or more, and less than twice as many.
CREATE TABLE IF NOT EXISTS past_statuses (
    status TEXT NOT NULL,
    lasted INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    placed_position INTEGER NOT NULL,
    PRIMARY KEY (status, lasted, since)
) STRICT, WITHOUT ROWID;
