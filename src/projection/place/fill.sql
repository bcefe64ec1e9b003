-- 32 MiB of pages, and a checkpoint of the WAL every 16 MiB: each writes and syncs pages that the next batches change again.
PRAGMA cache_size = -32768;
PRAGMA wal_autocheckpoint = 4096;
