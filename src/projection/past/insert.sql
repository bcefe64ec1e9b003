-- Its values follow, a row for each status that is past.
INSERT INTO past_statuses (status, lasted, since, until, placed_position)
