//! The slider: a native range with a link to either side. Without script the links and a button do the same.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::Past;
use super::words::{since_words, standing_words};
use crate::contract::Version;
use crate::ui::parts::{Badge, PositionLink, Time, Tone, order_href, thousands};

/// The way through the history.
#[component]
pub fn Slider(past: Past) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let moved = move |event: leptos::ev::Event| {
        if let Ok(version) = event_target_value(&event).parse() {
            let at_the_end = version >= past.head.get_untracked().0;
            past.wanted.set((!at_the_end).then_some(Version(version)));
        }
    };
    // The URL follows once the hand rests: a step of the browser's history for each step of the slider would bury the page.
    let rested = move |_| {
        let href =
            query.with_untracked(|query| untrack(|| past.href(query, past.wanted.get_untracked())));
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&href, options);
    };
    let words = move || {
        let (shown, head) = (past.version(), past.head.get());
        past.history
            .with(|history| standing_words(shown, head, history))
    };
    let version = move || past.version().to_string();
    view! {
        <form class="slider" action=order_href(past.order_id) method="get">
            <Neighbour past is_earlier=true/>
            <input
                class="slider-range"
                type="range"
                name="version"
                min="1"
                max=move || past.head.get().to_string()
                step="1"
                value=version
                prop:value=version
                aria-label="Version of the order"
                aria-valuetext=words
                on:input=moved
                on:change=rested
            />
            <Neighbour past is_earlier=false/>
            <button class="button without-script">"Show"</button>
        </form>
        <Standing past/>
    }
    .into_any()
}

/// The link to the step before or after.
#[component]
fn Neighbour(past: Past, is_earlier: bool) -> impl IntoView {
    let query = use_query_map();
    let (words, label) = match is_earlier {
        true => ("‹ Earlier", "One event earlier"),
        false => ("Later ›", "One event later"),
    };
    let to = move || {
        let shown = past.version();
        match is_earlier {
            true => (shown > Version(1)).then(|| Version(shown.0 - 1)),
            false => (shown < past.head.get()).then(|| shown.next()),
        }
    };
    // A link without an address is one that cannot be followed; it stays in place, and keeps the focus.
    let href =
        move || Some(query.with(|query| past.href(query, to())).clone()).filter(|_| to().is_some());
    let off = move || to().is_none().then_some("true");
    view! {
        <a class="button" href=href aria-label=label aria-disabled=off role="link" data-noscroll>
            {words}
        </a>
    }
    .into_any()
}

/// What is shown, said so that the past is never taken for now.
#[component]
fn Standing(past: Past) -> impl IntoView {
    let query = use_query_map();
    let place = move || {
        let (shown, head) = (past.version(), past.head.get());
        format!("{} of {}", thousands(shown.0), thousands(head.0))
    };
    let event = move || {
        past.history.with(|history| {
            let step = history.step()?;
            let href = format!("/events/{}", step.event_id);
            Some(view! { <a href=href>{step.event_type.clone()}</a> })
        })
    };
    let position = Signal::derive(move || past.position());
    let at = Signal::derive(move || past.history.with(|history| history.at.recorded_at));
    let is_past = Memo::new(move |_| past.is_past());
    let badge = move || match is_past.get() {
        true => view! { <Badge tone=Signal::stored(Tone::Operator) text="As it was"/> },
        false => view! { <Badge tone=Signal::stored(Tone::Ok) text="As it is"/> },
    };
    let since = move || {
        is_past.get().then(|| {
            let words = since_words(past.version(), past.head.get());
            let now = query.with(|query| past.href(query, None));
            view! {
                "; " <b>{words}</b> ". "
                <a href=now data-noscroll>"Back to now"</a>
            }
        })
    };
    view! {
        <p class="slider-standing">
            {badge}
            <span>
                "after " {event} ", " <b class="num">{place}</b> ", at " <PositionLink position/> ", " <Time at/>
                {since}
            </span>
        </p>
    }
    .into_any()
}
