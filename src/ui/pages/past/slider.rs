//! The slider through the log.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::words::moment_words;
use super::{AS_OF, Past, WhenField};
use crate::api::get_moment;
use crate::contract::{LogMoment, Position, When};
use crate::ui::live::use_live;
use crate::ui::parts::{Slider, href_with};

/// The way through the history of what the page shows; not there while nothing has happened.
#[component]
pub fn TimeSlider(past: Past) -> impl IntoView {
    let first = Resource::new_blocking(
        || (),
        move |()| {
            let wanted = past.wanted.get_untracked();
            async move {
                match get_moment(wanted).await {
                    // The page says why it cannot be; the way to other moments stays.
                    Err(_) if wanted.is_some() => get_moment(None).await,
                    answer => answer,
                }
            }
        },
    );
    let slider = Suspend::new(async move {
        let first = first.await.ok();
        let first = first.filter(|first| first.head > Position::START);
        first.map(|first| view! { <Through past first/> })
    });
    view! { <Suspense>{slider}</Suspense> }.into_any()
}

#[component]
fn Through(past: Past, first: LogMoment) -> impl IntoView {
    let (live, query) = (use_live(), use_query_map());
    let navigate = use_navigate();
    let head = Memo::new(move |_| live.head.with(|head| head.position).max(first.head));
    let shown = Memo::new(move |_| past.shown(head.get(), first));
    let moved = move |position| {
        let position = Position(position);
        let is_past = position < head.get_untracked();
        past.wanted.set(is_past.then_some(When::Position(position)));
    };
    // The URL follows once the hand rests: a step of the browser's history for each step of the slider would bury the page.
    let rested = move |()| {
        let is_past = past.wanted.with_untracked(Option::is_some);
        let place = is_past.then_some(shown.get_untracked());
        let href = query.with_untracked(|query| past.href(query, place));
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&href, options);
    };
    let href = move |position| {
        let position = Position(position);
        let is_past = position < head.get();
        query.with(|query| past.href(query, is_past.then_some(position)))
    };
    let at_moment = move |text: Option<String>| {
        query.with_untracked(|query| href_with(past.path, query, AS_OF, text.as_deref()))
    };
    let words = move || {
        let moment = past.moment.get().unwrap_or(first);
        moment_words(shown.get(), head.get(), moment)
    };
    view! {
        <section class="panel" class:is-past=move || past.is_past() aria-label="History">
            <Slider
                action=past.path
                name=AS_OF
                label="Position of the log"
                max=Signal::derive(move || head.get().0)
                value=Signal::derive(move || shown.get().0)
                words=Signal::derive(words)
                href=href
                on_move=moved
                on_rest=rested
                fields=move || view! { <OtherFields/> }
            />
            <WhenField action=past.path href=at_moment fields=move || view! { <OtherFields/> }/>
        </section>
    }
    .into_any()
}

/// What else the address asks for, so that a form without script keeps it.
#[component]
fn OtherFields() -> impl IntoView {
    let query = use_query_map();
    move || {
        let query = query.get();
        let others = query.into_iter().filter(|(key, _)| key != AS_OF);
        others
            .map(|(key, value)| view! { <input type="hidden" name=key.into_owned() value=value/> })
            .collect::<Vec<_>>()
    }
}
