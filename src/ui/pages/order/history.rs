//! What happened to an order, from whichever stream, with the time from the first event.

use leptos::prelude::*;

use super::Shown;
use crate::contract::{HistoryEntry, Timestamp};
use crate::ui::parts::{PositionLink, duration, full_text};

/// The history as a table, oldest first.
#[component]
pub fn History(shown: Shown) -> impl IntoView {
    let rows = move || {
        shown.order.with(|order| {
            let first = order.history.first().map(|entry| entry.recorded_at);
            order
                .history
                .iter()
                .map(|entry| history_row(entry, first))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <table class="table history">
            <thead>
                <tr>
                    <th scope="col">"Position"</th>
                    <th scope="col" class="n">"After"</th>
                    <th scope="col">"Event"</th>
                    <th scope="col" class="n is-wide" title="Version in its stream">"Version"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn history_row(entry: &HistoryEntry, first: Option<Timestamp>) -> impl IntoView + use<> {
    let after = first.map_or("—".to_owned(), |first| {
        after_words(entry.recorded_at, first)
    });
    let stream = format!("/streams/{}", entry.stream);
    let schema = format!(
        "schema version {}, of {}",
        entry.schema_version, entry.stream
    );
    view! {
        <tr>
            <td><PositionLink position=entry.position/></td>
            <td class="n" title=full_text(entry.recorded_at, 0)>{after}</td>
            <td>
                <a href=format!("/events/{}", entry.event_id) title=schema data-row>
                    {entry.event_type.clone()}
                </a>
                " " <span class="mute">{entry.summary.clone()}</span>
            </td>
            <td class="n is-wide"><a href=stream>{format!("v{}", entry.version)}</a></td>
        </tr>
    }
}

/// "+9 ms".
fn after_words(at: Timestamp, first: Timestamp) -> String {
    format!("+{}", duration(at.millis_since(first)))
}
