//! A consumer whose lease another server may have: watched while that one runs it, and taken over when it is gone.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

use super::{Lease, Runner};

/// How often we look where the consumer stands while the log is ahead of it.
const LOOK: Duration = Duration::from_millis(100);

impl Runner {
    /// Works while the lease is ours, and waits for it else, until told to stop; then the next one may have it at once.
    pub(super) async fn run_leased(&mut self, lease: &Lease, stop: &CancellationToken) {
        while self.stand_by(lease, stop).await {
            tokio::select! {
                biased;
                // What is under way is dropped where it stands: what it would still store is void, and whoever has the lease
                // does the rest.
                () = lease.lost() => tracing::warn!(
                    consumer.name = &*self.slot.name,
                    "the consumer's lease is lost: it waits for another server, or for the database"
                ),
                () = self.work(stop) => {}
            }
        }
        lease.release().await;
    }

    /// Waits until the lease is ours; `false` when told to stop.
    async fn stand_by(&mut self, lease: &Lease, stop: &CancellationToken) -> bool {
        while !stop.is_cancelled() {
            match lease.take().await {
                Ok(true) => {
                    tracing::info!(
                        consumer.name = &*self.slot.name,
                        "the consumer runs here now"
                    );
                    // What the one before has stored since we looked.
                    self.watch().await;
                    return true;
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(
                    consumer.name = &*self.slot.name, error = %error, "the consumer's lease could not be asked for"
                ),
            }
            self.watch().await;
            let behind = self.slot.position() < self.head.borrow_and_update().position;
            tokio::select! {
                () = stop.cancelled() => {}
                () = lease.looked() => {}
                _ = self.head.changed(), if !behind => {}
                () = tokio::time::sleep(LOOK), if behind => {}
            }
        }
        false
    }

    /// Shows where the consumer stands as whoever runs it has stored it. Where that cannot be read it is shown once it can: the
    /// lease's own look says when the database is away.
    async fn watch(&mut self) {
        if let Ok(checkpoint) = self.consumer.stands_at().await {
            self.went_on(self.slot.position(), checkpoint);
        }
    }
}
