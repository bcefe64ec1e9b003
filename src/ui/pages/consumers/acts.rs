//! Acts on a consumer as they come in, so that what tells of them is read again: whoever did them, on whatever server.

use leptos::prelude::*;

use crate::contract::{Delta, EventFilter, Position, Topic};
use crate::ui::live::use_live;

/// The category of the streams in which acts are written down.
const AUDIT: &str = "audit";

/// The audit stream of a consumer.
#[must_use]
pub fn audit_stream(consumer: &str) -> String {
    format!("{AUDIT}-{consumer}")
}

/// How many acts have come in since the page was opened; several that come at once count as one.
pub type Acts = RwSignal<u32>;

/// Counts the acts on a consumer after a position.
pub fn follow_acts(consumer: &str, after: Position, acts: Acts) {
    let stream = audit_stream(consumer);
    let filter = EventFilter {
        category: Some(AUDIT.to_owned()),
        ..EventFilter::default()
    };
    use_live().watch(Topic::Events { filter }, after, move |frame| {
        if let Delta::Events { events, skipped } = frame.delta {
            let is_ours = events.iter().any(|event| event.stream.as_str() == stream);
            if is_ours || skipped > 0 {
                acts.update(|acts| *acts += 1);
            }
        }
    });
}
