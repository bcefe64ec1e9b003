SELECT e.position, e.id, s.name, e.version, k.type, e.schema_version, e.recorded_at,
       e.correlation_id, e.causation_id, e.data, e.metadata
