-- $1 where it was sent to, $2 the act that sent it, $3 our token. Going back it begins anew; in either case it takes in what
-- comes up to there without sending a command.
UPDATE fulfilment_v2_checkpoint
SET position = CASE WHEN $1 < position THEN 0 ELSE position END, carried_out = $2, silent_to = $1
WHERE one = 1 AND token = $3
