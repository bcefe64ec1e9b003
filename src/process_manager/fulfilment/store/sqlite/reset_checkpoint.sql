-- ?1 where it was sent to, ?2 the act that sent it, ?3 our token. Going back it begins anew; in either case it takes in what
-- comes up to there without sending a command.
UPDATE checkpoint
SET position = iif(?1 < position, 0, position), carried_out = ?2, silent_to = ?1
WHERE one = 1 AND token = ?3
