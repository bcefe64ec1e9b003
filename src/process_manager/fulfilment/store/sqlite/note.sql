-- ?1 the act that is carried out, 0 where there is none, ?2 our token.
UPDATE checkpoint SET carried_out = max(carried_out, ?1) WHERE one = 1 AND token = ?2
