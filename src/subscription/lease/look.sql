SELECT consumer, owner, address, until > now() AS held,
    (extract(epoch FROM now() - renewed_at) * 1000)::BIGINT AS age_ms, health
FROM leases
