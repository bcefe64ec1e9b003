-- Begins a transaction that alone may append, once every one before it has ended. Sent as one message.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SELECT position, recorded_at, streams FROM log_head FOR UPDATE
