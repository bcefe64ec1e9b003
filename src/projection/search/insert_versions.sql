-- Its values follow, a row for each version that is past.
INSERT INTO document_versions (placed_position, until, status, reason)
