-- Which of several servers runs a consumer whose work must be done once. The clock of this database alone says whether a lease
-- holds. Rows stay for ever, so that tokens never fall.
CREATE TABLE leases (
    consumer   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner      TEXT COLLATE "C" NOT NULL, -- which run of which server, for people
    address    TEXT COLLATE "C" NOT NULL, -- how other servers reach it
    token      BIGINT NOT NULL, -- rises with each taking; what is written with an older one is void
    renewed_at TIMESTAMPTZ NOT NULL,
    until      TIMESTAMPTZ NOT NULL,
    health     JSONB -- how the consumer is doing there, told with each renewal
) WITH (fillfactor = 50);
