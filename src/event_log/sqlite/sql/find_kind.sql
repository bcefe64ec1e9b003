-- A kind's number.
SELECT id FROM kinds WHERE category = ?1 AND type = ?2
