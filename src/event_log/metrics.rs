//! What the log counts. All names begin with `highwater_log_`.

use metrics::{
    Gauge, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use std::time::Duration;

use super::AppendError;
use super::batch::Committed;
use super::queue::Answer;

/// Says what each metric means.
pub(super) fn describe() {
    describe_counter!("highwater_log_appends_total", "Appends by outcome");
    describe_counter!("highwater_log_events_total", "Events committed");
    describe_counter!(
        "highwater_log_batch_failures_total",
        "Transactions that the database failed"
    );
    describe_counter!(
        "highwater_log_overloaded_total",
        "Appends refused because their lane of the queue, small or bulk, was full"
    );
    describe_gauge!(
        "highwater_log_queue_appends",
        "Appends that wait in the queue, by lane, small or bulk"
    );
    describe_counter!(
        "highwater_log_reads_total",
        "Reads of the log by source, memory or disk"
    );
    describe_gauge!("highwater_log_head_position", "The last committed position");
    describe_gauge!(
        "highwater_log_wal_bytes",
        "Size of the write-ahead log's file (SQLite)"
    );
    describe_histogram!(
        "highwater_log_wal_copy_seconds",
        "Time to bring a part of the write-ahead log into the database (SQLite); appends wait for the writer, and for the \
         checkpointer they do not"
    );
    describe_histogram!(
        "highwater_log_batch_events",
        "Events committed in one transaction"
    );
    describe_histogram!(
        "highwater_log_commit_seconds",
        "Time of a commit, the sync of the disk included"
    );
    describe_histogram!(
        "highwater_log_queue_seconds",
        "Time an append waits for its transaction to begin"
    );
}

/// How many appends wait in one lane of the queue. A handle, so that keeping count costs an append no look-up.
#[derive(Clone)]
pub(super) struct LaneDepth(Gauge);

impl LaneDepth {
    /// The count of a lane in which nothing waits.
    pub(super) fn new(lane: &'static str) -> LaneDepth {
        let depth = gauge!("highwater_log_queue_appends", "lane" => lane);
        depth.set(0.0);
        LaneDepth(depth)
    }

    /// One more waits.
    pub(super) fn entered(&self) {
        self.0.increment(1.0);
    }

    /// One less waits.
    pub(super) fn left(&self) {
        self.0.decrement(1.0);
    }
}

/// A lane of the queue was full.
pub(super) fn refused(lane: &'static str) {
    counter!("highwater_log_overloaded_total", "lane" => lane).increment(1);
}

/// An append has waited in the queue.
pub(super) fn waited(time: Duration) {
    histogram!("highwater_log_queue_seconds").record(time);
}

/// A transaction is durable.
pub(super) fn committed(committed: &Committed) {
    let Some(last) = committed.events.last() else {
        return;
    };
    let events = committed.events.len();
    counter!("highwater_log_events_total").increment(events as u64);
    histogram!("highwater_log_batch_events").record(events as f64);
    histogram!("highwater_log_commit_seconds").record(committed.commit);
    gauge!("highwater_log_head_position").set(last.position.0 as f64);
}

/// So large is the write-ahead log.
pub(super) fn wal_size(bytes: u64) {
    gauge!("highwater_log_wal_bytes").set(bytes as f64);
}

/// A part of it was copied into the database, by the writer or by the checkpointer.
pub(super) fn wal_copied(by: &'static str, time: Duration) {
    histogram!("highwater_log_wal_copy_seconds", "by" => by).record(time);
}

/// A transaction failed.
pub(super) fn batch_failed() {
    counter!("highwater_log_batch_failures_total").increment(1);
}

/// An append has its answer.
pub(super) fn answered(answer: &Answer) {
    let outcome = match answer {
        Ok(appended) if appended.duplicate => "duplicate",
        Ok(_) => "committed",
        Err(AppendError::ExpectedVersionConflict { .. }) => "conflict",
        Err(AppendError::EventIdReused { .. }) => "event_id_reused",
        Err(AppendError::InvalidEvent(_)) => "invalid",
        Err(AppendError::Overloaded) => "overloaded",
        Err(AppendError::Storage(_)) => "failed",
        Err(AppendError::OutcomeUnknown(_)) => "unknown",
        Err(AppendError::Closed) => "closed",
    };
    counter!("highwater_log_appends_total", "outcome" => outcome).increment(1);
}

/// A page of the log was read.
pub(super) fn read(source: &'static str) {
    counter!("highwater_log_reads_total", "source" => source).increment(1);
}
