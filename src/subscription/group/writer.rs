//! Writes what groups have changed: one task for all of them, which takes whatever has changed since it last wrote.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use super::coordinator::Coordinator;
use super::seat::Ended;
use super::store::{GroupStore, Save, StoreError};
use crate::contract::Timestamp;
use crate::subscription::parking::WhichParked;

/// After each write the task rests so many times as long as the write took: under load it writes seldom and much, and takes
/// no more than a tenth of a core. A lone change is written at once.
const REST: u32 = 9;
/// So long nothing is written after a failure.
const AFTER_FAILURE: Duration = Duration::from_millis(250);
/// Failures after which a server that stops gives up; what is not written is delivered again.
const LAST_TRIES: u32 = 4;

/// The way from the groups to their store.
pub(super) struct Writer {
    store: Arc<dyn GroupStore>,
    waiting: Mutex<Waiting>,
    bell: Notify,
}

#[derive(Default)]
struct Waiting {
    groups: BTreeMap<Arc<str>, Arc<Coordinator>>,
    /// Told once everything that was changed before is written.
    flushes: Vec<oneshot::Sender<()>>,
}

impl Writer {
    pub fn new(store: Arc<dyn GroupStore>) -> Arc<Writer> {
        Arc::new(Writer {
            store,
            waiting: Mutex::default(),
            bell: Notify::new(),
        })
    }

    /// Where it is written.
    pub fn store(&self) -> &dyn GroupStore {
        &*self.store
    }

    /// Something has changed in a group.
    pub fn mark(&self, group: Arc<Coordinator>) {
        let mut waiting = self.lock();
        waiting.groups.insert(Arc::clone(&group.name), group);
        drop(waiting);
        self.bell.notify_one();
    }

    /// Waits until everything that has changed is written.
    pub async fn flush(&self) {
        let (written, told) = oneshot::channel();
        self.lock().flushes.push(written);
        self.bell.notify_one();
        // Nobody tells once the task has ended, and nothing is written then.
        let _told = told.await;
    }

    /// Writes until told to stop, and what there is then.
    pub async fn run(self: Arc<Writer>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = self.bell.notified() => {}
                () = stop.cancelled() => {}
            }
            let begun = Instant::now();
            self.write(&stop).await;
            tokio::select! {
                () = tokio::time::sleep(begun.elapsed() * REST) => {}
                () = stop.cancelled() => {}
            }
        }
        self.write(&stop).await;
    }

    async fn write(&self, stop: &CancellationToken) {
        let waiting = std::mem::take(&mut *self.lock());
        let groups: Vec<_> = waiting.groups.into_values().collect();
        let saves: Vec<Save> = groups.iter().filter_map(|group| save(group)).collect();
        if let Some(fenced) = self.save(&groups, &saves, stop).await {
            for group in &groups {
                self.written(group, &saves, &fenced).await;
            }
        }
        for flush in waiting.flushes {
            let _gone = flush.send(());
        }
    }

    /// Writes until it works. Who belongs to somebody else; `None` when the server stops and the store does not work.
    async fn save(
        &self,
        groups: &[Arc<Coordinator>],
        saves: &[Save],
        stop: &CancellationToken,
    ) -> Option<Vec<Arc<str>>> {
        if saves.is_empty() {
            return Some(Vec::new());
        }
        let mut last_tries = 0;
        loop {
            let error = match self.store.save(saves).await {
                Ok(fenced) => return Some(fenced),
                Err(error) => error,
            };
            tracing::warn!(error = %error, "the progress of groups could not be written");
            metrics::counter!("highwater_group_write_failures_total").increment(1);
            for group in groups {
                group.failed(&error.to_string());
            }
            if stop.is_cancelled() {
                last_tries += 1;
                if last_tries == LAST_TRIES {
                    return None;
                }
            }
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }

    async fn written(&self, group: &Coordinator, saves: &[Save], fenced: &[Arc<str>]) {
        if fenced.contains(&group.name) {
            tracing::warn!(
                consumer.name = &*group.name,
                "another server has taken the group over"
            );
            return group.end(Ended::Moved);
        }
        let Some(save) = saves.iter().find(|save| save.group == group.name) else {
            return;
        };
        let parked = match save.changes.parked.is_empty() {
            true => None,
            false => self.count_parked(&group.name).await.ok(),
        };
        group.saved(save, parked);
    }

    async fn count_parked(&self, group: &str) -> Result<u64, StoreError> {
        let all = WhichParked::default();
        let counted = self.store.parked_count(group, &all).await;
        counted.inspect_err(|error| {
            tracing::warn!(error = %error, "parked events could not be counted");
        })
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn save(group: &Coordinator) -> Option<Save> {
    let (changes, carried_out) = group.changes()?;
    Some(Save {
        group: Arc::clone(&group.name),
        token: group.token,
        carried_out,
        changes,
        at: Timestamp::now(),
    })
}
