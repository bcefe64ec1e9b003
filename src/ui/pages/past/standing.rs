//! What the page says of the past that it shows.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Past;
use super::words::{differ_words, difference};
use crate::contract::LogMoment;
use crate::ui::parts::{Badge, PositionLink, Time, Tone, thousands};

/// Which moment is shown and how much of it has changed since, said so that the past is never taken for now.
#[component]
pub fn Standing(
    past: Past,
    /// The moment.
    moment: LogMoment,
    /// How many rows there are.
    #[prop(into)]
    rows: Signal<usize>,
    /// How many of them are something else now.
    #[prop(into)]
    differ: Signal<usize>,
) -> impl IntoView {
    let query = use_query_map();
    let now = move || query.with(|query| past.href(query, None));
    let at = moment
        .recorded_at
        .map(|at| view! { ", " <Time at exact=true/> });
    view! {
        <p class="slider-standing" role="status">
            <Badge tone=Signal::stored(Tone::Operator) text="As it was"/>
            <span>
                "at " <PositionLink position=Signal::stored(moment.position)/> {at} "; "
                <b>{move || differ_words(rows.get(), differ.get())}</b> ". "
                <a href=now data-noscroll>"Back to now"</a>
            </span>
        </p>
    }
    .into_any()
}

/// What something is now, or by how much it has changed; nothing where it is the same.
#[component]
pub fn Since(
    /// In a few characters.
    text: Option<String>,
    /// In full, for those who point at it or hear it.
    full: String,
) -> impl IntoView {
    text.map(|text| {
        view! {
            <span class="since" title=full.clone()>
                <span aria-hidden="true">{text}</span>
                <span class="visually-hidden">{format!(" ({full})")}</span>
            </span>
        }
    })
}

/// A number as it was, and by how much it has changed since.
#[component]
pub fn CountThen(then: u64, now: u64) -> impl IntoView {
    view! {
        <Since text=difference(then, now) full=format!("now {}", thousands(now))/>
        <span class="num">{thousands(then)}</span>
    }
}
