SELECT key, position FROM parked
