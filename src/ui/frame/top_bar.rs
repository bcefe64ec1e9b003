//! The top bar: which system, how the connection is, where the log is; search, times and theme.

use leptos::prelude::*;

use super::{Overlays, use_pulse};
use crate::ui::live::{Connection, server_now, use_live};
use crate::ui::parts::{Icon, Shape, calm, position_text, thousands};
use crate::ui::prefs::{Theme, Times, use_prefs};

/// The top bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let overlays = expect_context::<Overlays>();
    view! {
        <header class="top-bar">
            <a class="brand-small" href="/" aria-label="Highwater, overview">
                <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
                    <path d="M2 6.5h20M2 12.5c2.5-2 4.5-2 7 0s4.5 2 7 0 4.5-2 6 0" />
                    <path class="brand-deep" d="M2 18.5c2.5-2 4.5-2 7 0s4.5 2 7 0 4.5-2 6 0" />
                </svg>
            </a>
            <span class="chip is-wide" title="This server answers its own machine only">
                "local"
            </span>
            <ConnectionLine />
            <HeadLine />
            <span class="top-bar-gap"></span>
            <button
                type="button"
                class="bar-button needs-script"
                aria-label="Search and go, Ctrl K"
                title="Search and go"
                aria-keyshortcuts="Control+K"
                on:click=move |_| overlays.palette.set(true)
            >
                <Icon shape=Shape::Search />
                <kbd class="is-wide">"Ctrl K"</kbd>
            </button>
            <TimesSwitch />
            <ThemeSwitch />
        </header>
    }
    .into_any()
}

/// The log's high-water mark.
#[component]
fn HeadLine() -> impl IntoView {
    let live = use_live();
    let pulse = use_pulse();
    let head = move || {
        let rendered = pulse.get().map(|pulse| pulse.head.position);
        let head = live.head.get().position.max(rendered.unwrap_or_default());
        position_text(head)
    };
    view! {
        <Suspense>
            <a class="head-line" href="/events" title="The head of the log">
                <span class="is-wide">"head "</span>
                <b class="value num">{head}</b>
            </a>
        </Suspense>
    }
    .into_any()
}

/// How the connection is: icon, word and colour.
#[component]
fn ConnectionLine() -> impl IntoView {
    let live = use_live();
    let word = move || {
        // Ticks with the page's clock, so that the seconds move.
        live.now.track();
        let now = server_now();
        match live.status.get() {
            Connection::Connecting => "Connecting".to_owned(),
            Connection::Live => "Live".to_owned(),
            Connection::CatchingUp { behind } => {
                format!("Catching up, {} events", thousands(behind))
            }
            Connection::Stale { since } => format!("Stale {}", calm(now.millis_since(since))),
            Connection::Reconnecting { retry_at, .. } => {
                format!("Reconnecting in {}", calm(retry_at.millis_since(now)))
            }
            Connection::Offline { since } => format!("Offline {}", calm(now.millis_since(since))),
        }
    };
    let pages = move || {
        let pages = live
            .pulse
            .with(|pulse| pulse.as_ref().map(|pulse| pulse.pages));
        pages.map(|pages| match pages {
            1 => "1 page is connected".to_owned(),
            pages => format!("{} pages are connected", thousands(pages)),
        })
    };
    view! {
        <span class="connection needs-script" data-state=move || live.status.get().as_str() title=pages>
            <span class="connection-dot" aria-hidden="true"></span>
            <span class="connection-word">{word}</span>
        </span>
    }
    .into_any()
}

/// Relative, UTC or local.
#[component]
fn TimesSwitch() -> impl IntoView {
    let prefs = use_prefs();
    let word = move || match prefs.times.get() {
        Times::Relative => "ago",
        Times::Utc => "UTC",
        Times::Local => "local",
    };
    let label = move || format!("Times: {}. Press for the next.", word());
    view! {
        <button
            type="button"
            class="bar-button is-wide needs-script"
            title=label
            aria-label=label
            on:click=move |_| prefs.set_times(prefs.times.get_untracked().next())
        >
            <Icon shape=Shape::Clock />
            <span>{word}</span>
        </button>
    }
    .into_any()
}

/// System, light or dark.
#[component]
fn ThemeSwitch() -> impl IntoView {
    let prefs = use_prefs();
    let word = move || match prefs.theme.get() {
        Theme::System => "Auto",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    };
    let label = move || format!("Theme: {}. Press for the next.", word());
    view! {
        <button
            type="button"
            class="bar-button needs-script"
            title=label
            aria-label=label
            on:click=move |_| prefs.set_theme(prefs.theme.get_untracked().next())
        >
            <Icon shape=Shape::Theme />
            <span class="is-wide">{word}</span>
        </button>
    }
    .into_any()
}
