-- ?1 the act that is carried out, ?2 our token.
UPDATE checkpoint SET position = 0, carried_out = ?1 WHERE token = ?2
