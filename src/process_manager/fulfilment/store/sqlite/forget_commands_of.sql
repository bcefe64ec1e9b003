-- ?1 a JSON array of the events that caused them.
DELETE FROM outgoing WHERE causation_id IN (SELECT value FROM json_each(?1))
