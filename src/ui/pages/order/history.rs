//! What happened to an order, from whichever stream, with the time from the first event.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::Shown;
use super::past::{Past, changes_words, stream_of};
use crate::contract::{HistoryEntry, Timestamp};
use crate::ui::parts::{PositionLink, duration, full_text, thousands};

/// Rows to either side of where the slider stands. An order has a handful of events; a stream that another program fills
/// may have any number.
const REACH: usize = 100;

/// The history as a table, oldest first.
#[component]
pub fn History(
    shown: Shown,
    /// Where the slider stands: later rows are marked as such.
    past: Option<Past>,
) -> impl IntoView {
    let query = use_query_map();
    let own = shown
        .order
        .with_untracked(|order| stream_of(order.row.order_id));
    let rows = move || {
        shown.order.with(|order| {
            let first = order.history.first().map(|entry| entry.recorded_at);
            let around = around(&order.history, past);
            query.with(|query| {
                let row = |entry: &HistoryEntry| {
                    let own = past.filter(|_| entry.stream == own);
                    history_row(entry, first, Standing { past, own }, query)
                };
                around.iter().map(row).collect::<Vec<_>>()
            })
        })
    };
    let left_out = move || {
        shown.order.with(|order| {
            let left_out = order.history.len() - around(&order.history, past).len();
            let href = format!("/streams/{}", stream_of(order.row.order_id));
            (left_out > 0).then(|| {
                view! {
                    <p class="table-end">
                        {thousands(left_out as u64)} " more are not shown. " <a href=href>"All events"</a>
                    </p>
                }
            })
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
        {left_out}
    }
}

/// The part of the history that is shown: all of it, as long as that is not too much.
fn around(history: &[HistoryEntry], past: Option<Past>) -> &[HistoryEntry] {
    let upto = past.map(|past| past.position());
    let at = match upto {
        Some(upto) => history.partition_point(|entry| entry.position <= upto),
        None => history.len(),
    };
    let (from, to) = (at.saturating_sub(REACH), at.saturating_add(REACH));
    history.get(from..to.min(history.len())).unwrap_or_default()
}

/// Where the slider stands, as far as a row is concerned.
#[derive(Clone, Copy)]
struct Standing {
    past: Option<Past>,
    /// The slider, where the row is one of its steps.
    own: Option<Past>,
}

fn history_row(
    entry: &HistoryEntry,
    first: Option<Timestamp>,
    standing: Standing,
    query: &ParamsMap,
) -> impl IntoView + use<> {
    let after = first.map_or("—".to_owned(), |first| {
        after_words(entry.recorded_at, first)
    });
    let schema = format!(
        "schema version {}, of {}",
        entry.schema_version, entry.stream
    );
    let shown_at = standing.past.map(|past| past.position());
    let is_later = shown_at.is_some_and(|at| entry.position > at);
    let is_shown = shown_at == Some(entry.position);
    let step = standing.own.and_then(|past| past.step(entry.version));
    let summary = match step {
        Some(step) if !step.changes.is_empty() => changes_words(&step.changes),
        _ => entry.summary.clone(),
    };
    let (version, words) = (entry.version, format!("v{}", entry.version));
    let version = match standing.own {
        Some(past) => {
            let href = past.href(query, Some(version));
            let label = format!("The order at version {version}");
            view! { <a href=href aria-label=label data-noscroll>{words}</a> }.into_any()
        }
        None => view! { <a href=format!("/streams/{}", entry.stream)>{words}</a> }.into_any(),
    };
    let later = is_later.then(|| view! { <span class="visually-hidden">"later: "</span> });
    view! {
        <tr class:is-later=is_later class:is-shown=is_shown aria-current=is_shown.then_some("step")>
            <td><PositionLink position=entry.position/></td>
            <td class="n" title=full_text(entry.recorded_at, 0)>{after}</td>
            <td>
                {later}
                <a href=format!("/events/{}", entry.event_id) title=schema data-row>
                    {entry.event_type.clone()}
                </a>
                " " <span class="mute">{summary}</span>
            </td>
            <td class="n is-wide">{version}</td>
        </tr>
    }
}

/// "+9 ms".
fn after_words(at: Timestamp, first: Timestamp) -> String {
    format!("+{}", duration(at.millis_since(first)))
}
