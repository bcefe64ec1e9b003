//! What is wrong with the connection or the page itself, in a line over the page; and after it, what was missed.

use leptos::prelude::*;

use crate::contract::ProblemKind;
use crate::ui::live::{Connection, Live, Returned, server_now, use_live};
use crate::ui::parts::{Time, calm, duration, thousands};

/// The line over the page, when there is something to say.
#[component]
pub fn Banner() -> impl IntoView {
    let live = use_live();
    // Only the kind of state decides what is rendered; its seconds move inside.
    let kind = Memo::new(move |_| live.status.get().as_str());
    let cut_off = move || match kind.get() {
        "stale" | "reconnecting" | "offline" => Some(cut_off_line(live)),
        _ => None,
    };
    let trouble = move || live.trouble.get().map(trouble_line);
    let returned = move || live.returned.get().map(returned_line);
    view! {
        <div class="banners" role="status">
            {cut_off}
            {trouble}
            {returned}
        </div>
        {stopped_line()}
    }
    .into_any()
}

/// Always there, and seen only once the wasm has stopped: after that nothing could be rendered. A link that no script takes.
fn stopped_line() -> impl IntoView {
    view! {
        <div class="banner is-bad with-stopped" role="alert">
            <span>"This page has stopped. What you see is as it was then; nothing that was sent is lost."</span>
            <a class="button is-small" href="" rel="external">"Load it again"</a>
        </div>
    }
}

fn cut_off_line(live: Live) -> AnyView {
    let since = Signal::derive(move || live.status.get().cut_off_since().unwrap_or_default());
    let what = move || match live.status.get() {
        Connection::Stale { .. } => "The server has been silent since ",
        Connection::Offline { .. } => "This device is offline. Last heard from the server: ",
        _ => "Cut off from the server since ",
    };
    let next = move || {
        live.now.track();
        match live.status.get() {
            Connection::Reconnecting { retry_at, .. } => {
                format!(
                    ". Next try in {}.",
                    calm(retry_at.millis_since(server_now()))
                )
            }
            _ => ".".to_owned(),
        }
    };
    view! {
        <div class="banner is-warn">
            <span>
                {what} <Time at=since exact=true /> {next} " What you see is as it was then."
            </span>
            <button type="button" class="button is-small" on:click=move |_| live.retry_now()>
                "Try now"
            </button>
        </div>
    }
    .into_any()
}

fn trouble_line(problem: crate::contract::Problem) -> AnyView {
    let what = if problem.is(ProblemKind::StorageUnavailable) {
        "The server is there, but its database does not answer: ".to_owned()
    } else {
        format!("{}: ", problem.title)
    };
    view! { <div class="banner is-bad">{what} {problem.detail}</div> }.into_any()
}

fn returned_line(returned: Returned) -> AnyView {
    let events = match returned.events {
        0 => "nothing happened".to_owned(),
        1 => "1 event".to_owned(),
        events => format!("{} events", thousands(events)),
    };
    let away = calm(returned.away_ms);
    let line = match returned.events {
        0 => format!("You were away {away}; {events}."),
        _ => format!(
            "You were away {away}; {events}; caught up in {}.",
            duration(returned.caught_up_ms)
        ),
    };
    view! { <div class="banner is-ok">{line}</div> }.into_any()
}
