//! As of when a panel is: "as of #12,391, 0.4 s behind".

use leptos::prelude::*;

use super::duration::duration;
use super::number::thousands;
use super::position::PositionLink;
use crate::contract::Position;
use crate::ui::live::use_live;

/// Below this age nobody sees that a panel is behind, and saying so would only flicker.
const NOTICEABLE_MS: u64 = 250;
/// As many events may be under way between a read model and a panel that follows it.
const UNNOTICED_EVENTS: u64 = 100;

/// Which position a panel shows, and how far that is from now.
#[component]
pub fn AsOfLine(
    /// Everything up to here is in the panel.
    #[prop(into)]
    as_of: Signal<Position>,
    /// The consumer that builds what the panel shows; none for the log itself.
    #[prop(optional, into)]
    consumer: Option<&'static str>,
) -> impl IntoView {
    let live = use_live();
    let lag = move || {
        let status = live.status.get();
        if live.now.with(Option::is_none) {
            return String::new();
        }
        if !status.is_live() {
            return "?  not connected".to_owned();
        }
        let behind = live.head.get().position.events_after(as_of.get());
        let row = live.consumers.with(|rows| {
            rows.iter()
                .find(|row| Some(&*row.name) == consumer)
                .map(|row| (row.lag_age_ms, row.position))
        });
        match row {
            _ if behind == 0 => "live".to_owned(),
            // The read model has what the panel has not asked for since.
            Some((_, position)) if position.events_after(as_of.get()) > UNNOTICED_EVENTS => {
                format!("{} events behind", thousands(behind))
            }
            Some((age_ms, _)) if age_ms >= NOTICEABLE_MS => {
                format!("{} behind", duration(age_ms as f64))
            }
            Some(_) => "live".to_owned(),
            None if behind > UNNOTICED_EVENTS => format!("{} events behind", thousands(behind)),
            None => "live".to_owned(),
        }
    };
    let separator = move || if lag().is_empty() { "" } else { " · " };
    view! {
        <span class="as-of">
            "as of " <PositionLink position=as_of /> {separator} <span class="as-of-lag">{lag}</span>
        </span>
    }
    .into_any()
}
