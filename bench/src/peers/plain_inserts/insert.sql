INSERT INTO events (id, stream, version, type, data) VALUES ($1, $2, $3, $4, $5::text::jsonb)
