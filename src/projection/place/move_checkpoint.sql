-- ?1 where we left it, ?2 where it goes, ?3 our token. No row changes when someone else has moved it or taken the file over.
UPDATE checkpoint SET position = ?2 WHERE position = ?1 AND token = ?3
