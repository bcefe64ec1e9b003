-- The kinds of a type, within a category where ?2 names one.
SELECT id FROM kinds WHERE type = ?1 AND (?2 IS NULL OR category = ?2)
