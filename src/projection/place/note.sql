-- ?1 the act that is carried out, ?2 our token.
UPDATE checkpoint SET carried_out = max(carried_out, ?1) WHERE token = ?2
