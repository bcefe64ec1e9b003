DELETE FROM fulfilment_v2_outgoing WHERE id IN (SELECT jsonb_array_elements_text($1::JSONB))
