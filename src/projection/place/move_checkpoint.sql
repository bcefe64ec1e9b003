-- ?1 where we left it, ?2 where it goes. No row changes when someone else has moved it.
UPDATE checkpoint SET position = ?2 WHERE position = ?1
