//! The readers' connections: they cannot write, each serves one read at a time, and reads run where blocking harms nobody.

use rusqlite::{Connection, OpenFlags};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure;
use super::open::BUSY_TIMEOUT;
use crate::event_log::{LogError, StorageCause, StorageFailure};

/// How long a read waits for a connection while all are in use.
const PATIENCE: Duration = Duration::from_secs(10);

/// A bounded number of read connections, made as they are needed.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    shared: Arc<Shared>,
    /// A permit for each connection that may be in use; closed when the log is.
    room: Arc<Semaphore>,
    most: u32,
}

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    /// Open and not in use.
    idle: Mutex<Vec<Connection>>,
}

impl Connections {
    /// At most so many connections to a file, which need not be there yet.
    pub(super) fn new(file: PathBuf, most: u32) -> Connections {
        let most = most.max(1);
        let idle = Mutex::default();
        Connections {
            shared: Arc::new(Shared { file, idle }),
            room: Arc::new(Semaphore::new(most as usize)),
            most,
        }
    }

    /// Runs a read on a connection of its own. It is finished even where nobody waits for it any more.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        let room = self.room().await?;
        let shared = Arc::clone(&self.shared);
        let reading = tokio::task::spawn_blocking(move || {
            let done = shared.read(read);
            drop(room);
            done
        });
        let done = reading
            .await
            .map_err(|error| unavailable(StorageCause::Other, error))?;
        done.map_err(|error| LogError::Storage(failure::of_rusqlite(&error)))
    }

    async fn room(&self) -> Result<OwnedSemaphorePermit, LogError> {
        let room = Arc::clone(&self.room).acquire_owned();
        match tokio::time::timeout(PATIENCE, room).await {
            Ok(room) => room.map_err(|_| LogError::Closed),
            Err(_) => {
                let detail = format!("all {} read connections are in use", self.most);
                Err(unavailable(StorageCause::Busy, detail))
            }
        }
    }

    /// Waits for the reads under way and takes no more.
    pub(super) async fn close(&self) {
        // An error means that it was closed before.
        let _all = self.room.acquire_many(self.most).await;
        self.room.close();
        self.shared.idle().clear();
    }
}

impl Shared {
    /// A connection that failed is not used again: the next read opens the file as it is then.
    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let idle = self.idle().pop();
        let connection = idle.map_or_else(|| self.open(), Ok)?;
        let answer = read(&connection)?;
        self.idle().push(connection);
        Ok(answer)
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(32);
        connection.pragma_update(None, "cache_size", -4 * 1024)?;
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(cause: StorageCause, detail: impl std::fmt::Display) -> LogError {
    LogError::Storage(StorageFailure::new(cause, detail))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    /// What `.cargo/config.toml` says: with it connections would wait for each other at every page.
    #[test]
    fn connections_share_no_cache() {
        let connection = Connection::open_in_memory().unwrap();
        let mut options = connection.prepare("PRAGMA compile_options").unwrap();
        let options = options.query_map([], |row| row.get::<_, String>(0));
        let shares = options
            .unwrap()
            .any(|option| option.unwrap() == "ENABLE_MEMORY_MANAGEMENT");
        assert!(!shares);
    }
}
