-- ?1 [[status, how many more], ...].
UPDATE order_counts
SET orders = orders + (more.value ->> 1)
FROM jsonb_each(?1) AS more
WHERE order_counts.status = more.value ->> 0
