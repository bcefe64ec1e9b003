INSERT INTO commands (id, name, stream_id, version, first_position, position, accepted_at, committed_at,
                      correlation_id, causation_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
