//! The slider through the order's own events, and what it says.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::words::{since_words, standing_words};
use super::{Past, Sought};
use crate::contract::Version;
use crate::ui::pages::past::WhenField;
use crate::ui::parts::{Badge, PositionLink, Slider, Time, Tone, order_href, thousands};

/// The way through the history.
#[component]
pub fn VersionSlider(past: Past) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let moved = move |version| {
        let at_the_end = version >= past.head.get_untracked().0;
        past.wanted
            .set((!at_the_end).then_some(Sought::Version(Version(version))));
    };
    // The URL follows once the hand rests: a step of the browser's history for each step of the slider would bury the page.
    let rested = move |()| {
        let href = query.with_untracked(|query| untrack(|| past.href(query, Some(past.version()))));
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
    let href = move |version| query.with(|query| past.href(query, Some(Version(version))));
    let at_moment = move |text: Option<String>| {
        query.with_untracked(|query| past.href_as_of(query, text.as_deref()))
    };
    view! {
        <Slider
            action=order_href(past.order_id)
            name="version"
            label="Version of the order"
            max=Signal::derive(move || past.head.get().0)
            value=Signal::derive(move || past.version().0)
            words=Signal::derive(words)
            href=href
            on_move=moved
            on_rest=rested
        />
        <WhenField action=order_href(past.order_id) href=at_moment/>
        <Standing past/>
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
