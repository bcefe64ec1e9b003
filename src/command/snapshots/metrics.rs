//! What is counted about snapshots. All names begin with `highwater_snapshots_`.

use metrics::{counter, describe_counter};

use super::take_up::Unfit;

/// Says what each metric means.
pub(super) fn describe() {
    describe_counter!("highwater_snapshots_taken_total", "Snapshots taken");
    describe_counter!(
        "highwater_snapshots_used_total",
        "Loads of an aggregate that began at a snapshot"
    );
    describe_counter!(
        "highwater_snapshots_ignored_total",
        "Snapshots that did not fit, by reason"
    );
    describe_counter!(
        "highwater_snapshots_dropped_total",
        "Streams left without a new snapshot for now, because too many were waiting"
    );
    describe_counter!(
        "highwater_snapshots_failures_total",
        "Failures of the place where snapshots are kept"
    );
}

pub(super) fn taken() {
    counter!("highwater_snapshots_taken_total").increment(1);
}

pub(super) fn used() {
    counter!("highwater_snapshots_used_total").increment(1);
}

pub(super) fn ignored(reason: Unfit) {
    counter!("highwater_snapshots_ignored_total", "reason" => reason.word()).increment(1);
}

pub(super) fn dropped() {
    counter!("highwater_snapshots_dropped_total").increment(1);
}

pub(super) fn failed() {
    counter!("highwater_snapshots_failures_total").increment(1);
}
