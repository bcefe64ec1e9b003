-- $1 a JSON array of the events that caused them.
DELETE FROM fulfilment_v2_outgoing WHERE causation_id IN (SELECT jsonb_array_elements_text($1::JSONB))
