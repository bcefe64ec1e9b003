-- The kinds of a category.
SELECT id FROM kinds WHERE category = ?1
