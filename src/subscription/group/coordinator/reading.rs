//! Gives the engine what it wants from the log, and takes back what was not answered in time.

use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

use super::Coordinator;
use crate::contract::{Position, RecordedEvent, Selection, StreamName, Version};
use crate::event_log::{LogError, LogQuery, StreamQuery};
use crate::subscription::group::engine::{Need, Wanted};
use crate::subscription::group::store::StoreError;

/// Events that are read at once to find some that came back: they lie close together.
const AGAIN: usize = 256;
/// How often a group with nothing to do shows that it lives, and looks for what operators want.
const PULSE: Duration = Duration::from_secs(1);
/// So long nothing is read after a failure.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// Why a group could not go on.
#[derive(Debug, thiserror::Error)]
enum ReadingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("an event cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Coordinator {
    /// Reads for the group until told to stop, or until the group is over.
    pub async fn run(self: Arc<Coordinator>, stop: CancellationToken) {
        let mut head = self.log.watch_head();
        while self.lock().ended.is_none() && !stop.is_cancelled() {
            head.mark_unchanged();
            // Anew each time: a changed definition comes with another place on the board.
            let mut standing = self.lock().slot.watch_standing();
            match self.turn().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(consumer.name = &*self.name, error = %error, "a group cannot go on; trying again");
                    self.failed(&error.to_string());
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
            let wake_at = tokio::time::Instant::from_std(self.wake_at());
            tokio::select! {
                () = stop.cancelled() => return,
                _ = head.changed() => {}
                _ = standing.changed() => {}
                () = self.work.notified() => {}
                () = tokio::time::sleep_until(wake_at) => {}
            }
        }
    }

    /// What is to be done now. Whether there may be more at once.
    async fn turn(self: &Arc<Coordinator>) -> Result<bool, ReadingError> {
        self.heed().await?;
        self.expire();
        self.feed().await
    }

    /// When time may be up for a delivery, and often enough to show that the group lives. For a delivery that is not sent yet it
    /// is not up before the whole timeout.
    fn wake_at(&self) -> Instant {
        let state = self.lock();
        let timeout = Duration::from_millis(state.definition.ack_timeout_ms);
        let expiry = state.engine.next_expiry();
        let latest = Instant::now() + timeout.min(PULSE);
        expiry.map_or(latest, |expiry| expiry.min(latest))
    }

    fn expire(self: &Arc<Coordinator>) {
        let now = Instant::now();
        let mut state = self.lock();
        if state.engine.next_expiry().is_some_and(|at| at <= now) {
            state.engine.expire(now);
            self.changed(&state);
        }
    }

    /// Reads what the engine wants. Whether there was anything to be read.
    async fn feed(self: &Arc<Coordinator>) -> Result<bool, ReadingError> {
        let (need, filter) = {
            let state = self.lock();
            (state.engine.need(), Arc::clone(&state.definition.filter))
        };
        match need {
            None => Ok(false),
            Some(Need::Next(after, most)) => self.feed_next(after, most, &filter).await,
            Some(Need::Again(positions)) => self.feed_again(&positions).await,
            Some(Need::Stream(stream, version, most)) => {
                self.feed_stream(stream, version, most, &filter).await
            }
        }
    }

    async fn feed_next(
        self: &Arc<Coordinator>,
        after: Position,
        most: usize,
        filter: &Selection,
    ) -> Result<bool, ReadingError> {
        if self.log.head().position <= after {
            return Ok(false);
        }
        let page = self.log.read(LogQuery::after(after, most)).await?;
        let Some(looked_to) = page.last().map(|event| event.position) else {
            return Ok(false);
        };
        let wanted = wanted(&page, |event| filter.wants(event))?;
        let mut state = self.lock();
        state.engine.offer(wanted, looked_to);
        self.tell_members(&state);
        self.mark();
        Ok(true)
    }

    async fn feed_again(
        self: &Arc<Coordinator>,
        positions: &[Position],
    ) -> Result<bool, ReadingError> {
        let Some(first) = positions.first() else {
            return Ok(false);
        };
        let before = Position(first.0.saturating_sub(1));
        let page = self.log.read(LogQuery::after(before, AGAIN)).await?;
        let found = wanted(&page, |event| {
            positions.binary_search(&event.position).is_ok()
        })?;
        let any = !found.is_empty();
        let mut state = self.lock();
        state.engine.offer_again(found);
        self.tell_members(&state);
        Ok(any)
    }

    async fn feed_stream(
        self: &Arc<Coordinator>,
        stream: StreamName,
        version: Version,
        most: usize,
        filter: &Selection,
    ) -> Result<bool, ReadingError> {
        let query = StreamQuery::from(stream.clone(), version, most);
        let slice = self.log.read_stream(query).await?;
        let last = slice.events.last().map(|event| event.version);
        let more_from = last.filter(|last| *last < slice.version);
        let found = wanted(&slice.events, |event| filter.wants(event))?;
        let mut state = self.lock();
        state
            .engine
            .offer_stream(&stream, found, more_from.map(Version::next));
        self.tell_members(&state);
        self.mark();
        Ok(true)
    }
}

fn wanted(
    events: &[Arc<RecordedEvent>],
    wants: impl Fn(&RecordedEvent) -> bool,
) -> Result<Vec<Arc<Wanted>>, serde_json::Error> {
    let wanted = events.iter().filter(|event| wants(event));
    wanted
        .map(|event| Wanted::new(event).map(Arc::new))
        .collect()
}
