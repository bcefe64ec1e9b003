INSERT INTO events (position, id, stream_id, version, category, type, schema_version, recorded_at,
                    correlation_id, causation_id, data, metadata)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
