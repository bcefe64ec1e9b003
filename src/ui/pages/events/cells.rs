//! A row of the log: where, when, what, in which stream, and the beginning of what it says.

use leptos::prelude::*;

use super::tail::{LogRow, Tail};
use crate::contract::RecordedEvent;
use crate::ui::live::use_live;
use crate::ui::parts::time::{chosen_offset_min, clock_text, full_text};
use crate::ui::parts::{Column, RowKey, position_text, thousands};
use crate::ui::prefs::use_prefs;

/// The columns of the log.
pub const COLUMNS: &[Column] = &[
    Column::new("Position", "n col-position"),
    Column::new("Time", "col-clock"),
    Column::new("Event", "col-type"),
    Column::new("Stream", "col-stream is-wide"),
    Column::new("Data", "col-data is-wide"),
];

/// As much of the payload as any row has room for.
const PREVIEW_CHARS: usize = 160;

/// The cells of a row. An event never changes, so they are rendered once; only the zone of the clock moves.
pub fn cells(tail: RwSignal<Tail>, key: RowKey) -> AnyView {
    match tail.with_untracked(|tail| tail.get(key)) {
        Some(LogRow::Event(event)) => event_cells(&event),
        Some(LogRow::Gap { events, .. }) => view! {
            <td class="gap spills">
                {format!("{} events were passed over: the page could not keep up", thousands(events))}
            </td>
        }
        .into_any(),
        None => ().into_any(),
    }
}

fn event_cells(event: &RecordedEvent) -> AnyView {
    let live = use_live();
    let times = use_prefs().times;
    let at = event.recorded_at;
    let offset_min = move || match live.now.with_untracked(Option::is_some) {
        true => chosen_offset_min(times.get(), at),
        false => {
            times.track();
            0
        }
    };
    let clock = move || {
        let millis = at.as_micros().div_euclid(1_000).rem_euclid(1_000);
        format!("{}.{millis:03}", clock_text(at, offset_min()))
    };
    let stream = event.stream.to_string();
    view! {
        <td class="n col-position">
            <a href=format!("/events/{}", event.id) data-row="">
                {position_text(event.position)}
            </a>
        </td>
        <td class="col-clock num" title=full_text(at, 0)>{clock}</td>
        <td class="col-type">
            <b>{event.event_type.clone()}</b>
        </td>
        <td class="col-stream is-wide">
            <a href=stream_href(&stream) title=stream.clone()>
                {short_stream(&stream)}
            </a>
            <span class="faint">{format!(" v{}", event.version)}</span>
        </td>
        <td class="col-data is-wide mono">{preview(event.data.get())}</td>
    }
    .into_any()
}

/// The page of a stream.
#[must_use]
pub fn stream_href(stream: &str) -> String {
    format!("/streams/{}", leptos_router::location::Url::escape(stream))
}

/// A stream's name with a long id cut to its telling end: `order-…4F21C9`.
#[must_use]
pub fn short_stream(stream: &str) -> String {
    match stream.split_once('-') {
        Some((category, id)) if id.len() > 30 && id.is_ascii() => {
            let end = id.get(id.len() - 8..).unwrap_or(id);
            format!("{category}-…{end}")
        }
        _ => stream.to_owned(),
    }
}

fn preview(data: &str) -> String {
    match data.char_indices().nth(PREVIEW_CHARS) {
        Some((end, _)) => data.get(..end).unwrap_or(data).to_owned(),
        None => data.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_cut_to_its_end() {
        let stream = "order-01939f1c-0000-7000-8000-0000abcd12ef";
        assert_eq!(short_stream(stream), "order-…abcd12ef");
        assert_eq!(short_stream("product-kettle"), "product-kettle");
    }
}
