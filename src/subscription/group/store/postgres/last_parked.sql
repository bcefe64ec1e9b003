-- What was kept too: it may come back, and then under its number.
SELECT coalesce(max(id), 0)
FROM (SELECT id FROM group_parked WHERE consumer = $1 UNION ALL SELECT id FROM group_kept_parked WHERE consumer = $1) AS parked
