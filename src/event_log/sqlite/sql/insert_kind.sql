INSERT INTO kinds (category, type) VALUES (?1, ?2)
