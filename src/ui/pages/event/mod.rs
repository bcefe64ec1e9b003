//! One event: its payload as stored, its envelope, what caused it and what it caused.

mod pretty;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::PageHead;
use super::events::{short_stream, stream_href};
use crate::api::get_event;
use crate::contract::{CommandOfEvent, EventId, EventView, Problem, ProblemKind, RecordedEvent};
use crate::ui::browser;
use crate::ui::parts::{
    Copy, Crumb, Crumbs, Empty, ErrorNote, PositionLink, duration, full_text, loaded,
};

pub use pretty::pretty;

/// The page.
#[component]
pub fn EventPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let event = Resource::new_blocking(move || id.get(), load);
    let again = Callback::new(move |()| event.refetch());
    let content = loaded(event, move |event| match event {
        Ok(event) => whole(event),
        Err(problem) => {
            if problem.status == 404 {
                browser::set_status_not_found();
            }
            view! {
                <PageHead title="Event" />
                <ErrorNote problem=problem retry=again />
            }
            .into_any()
        }
    });
    view! {
        <Crumbs steps=vec![Crumb::new("Events", "/events")] />
        {content}
    }
    .into_any()
}

async fn load(id: String) -> Result<EventView, Problem> {
    match id.parse::<EventId>() {
        Ok(id) => get_event(id).await,
        Err(_) => Err(Problem::new(
            ProblemKind::NotFound,
            format!("“{id}” is not the id of an event."),
        )),
    }
}

fn whole(view: EventView) -> AnyView {
    let EventView {
        event,
        command,
        caused_by,
        caused,
    } = view;
    let data = pretty(event.data.get());
    let beside_position = event.position;
    let cause = caused_by.as_ref().map(|cause| cause_table(cause, &event));
    let caused_rows = (!caused.is_empty()).then(|| relatives("Caused", &caused, &event));
    let nothing_caused = caused.is_empty().then(|| {
        view! { <Empty title="Nothing yet: no command has been sent because of this event." /> }
    });
    let copied = data.clone();
    view! {
        <PageHead
            title=event.event_type.clone()
            beside=move || view! { <PositionLink position=beside_position /> }
        />
        <div class="columns">
            <section class="panel" aria-label="Payload">
                <header class="panel-head">
                    <h2>"Payload"</h2>
                    <span class="panel-aside">
                        {format!("schema version {}", event.schema_version)}
                        <Copy text=copied what="payload" />
                    </span>
                </header>
                <pre class="payload" tabindex="0">{data}</pre>
            </section>
            <section class="panel" aria-label="Envelope">
                <header class="panel-head">
                    <h2>"Envelope"</h2>
                </header>
                {envelope(&event, command)}
            </section>
        </div>
        <section class="panel is-flush" aria-label="Caused by">
            <header class="panel-head">
                <h2>"Caused by"</h2>
            </header>
            {match cause {
                Some(cause) => cause.into_any(),
                None => view! { <Empty title="A person or a program from outside: no event of the log." /> }
                    .into_any(),
            }}
        </section>
        <section class="panel is-flush" aria-label="Caused">
            <header class="panel-head">
                <h2>"Caused"</h2>
            </header>
            {caused_rows}
            {nothing_caused}
        </section>
    }
    .into_any()
}

fn envelope(event: &RecordedEvent, command: Option<CommandOfEvent>) -> impl IntoView + use<> {
    let stream = event.stream.to_string();
    let metadata = &event.metadata;
    let correlation = metadata.correlation_id.map(|id| {
        view! {
            <dt>"Conversation"</dt>
            <dd>
                <a class="mono" href=format!("/events?correlation={id}")>{id.to_string()}</a>
                <Copy text=id.to_string() what="correlation id" />
            </dd>
        }
    });
    let command = command.map(|CommandOfEvent { id, name }| {
        let id = id.to_string();
        view! {
            <dt>"Command"</dt>
            <dd>
                <b>{name}</b>
                <span class="mono faint">{id.clone()}</span>
                <Copy text=id what="command id" />
            </dd>
        }
    });
    let extra: Vec<_> = metadata
        .extra
        .iter()
        .filter(|(key, _)| *key != "command")
        .map(|(key, value)| {
            view! {
                <dt>{key.clone()}</dt>
                <dd class="mono">{value.to_string()}</dd>
            }
        })
        .collect();
    view! {
        <dl class="facts">
            <dt>"Recorded"</dt>
            <dd>
                <time class="num" datetime=event.recorded_at.to_string()>
                    {full_text(event.recorded_at, 0)}
                </time>
                <Copy text=event.recorded_at.to_string() what="time" />
            </dd>
            <dt>"Stream"</dt>
            <dd>
                <a href=stream_href(&stream)>{stream.clone()}</a>
                <span class="faint num">{format!("v{}", event.version)}</span>
                <Copy text=stream what="stream's name" />
            </dd>
            <dt>"Event id"</dt>
            <dd>
                <span class="mono">{event.id.to_string()}</span>
                <Copy text=event.id.to_string() what="event id" />
            </dd>
            {command}
            {correlation}
            {extra}
        </dl>
    }
}

fn cause_table(cause: &RecordedEvent, event: &RecordedEvent) -> impl IntoView + use<> {
    relatives("Caused by", std::slice::from_ref(cause), event)
}

/// Events before or after this one, with the time between.
fn relatives(
    label: &'static str,
    events: &[RecordedEvent],
    event: &RecordedEvent,
) -> impl IntoView + use<> {
    let at = event.recorded_at;
    let row = |other: &RecordedEvent| {
        let apart_ms = other.recorded_at.millis_since(at);
        let sign = if apart_ms < 0.0 { "−" } else { "+" };
        let stream = other.stream.to_string();
        let command = other.metadata.extra.get("command");
        let command = command
            .and_then(|name| name.as_str())
            .unwrap_or("—")
            .to_owned();
        view! {
            <tr>
                <td class="n col-position">
                    <a href=format!("/events/{}", other.id) data-row="">
                        {crate::ui::parts::position_text(other.position)}
                    </a>
                </td>
                <td class="n col-apart">{format!("{sign}{}", duration(apart_ms.abs()))}</td>
                <td class="col-type">
                    <b>{other.event_type.clone()}</b>
                </td>
                <td class="col-stream is-wide">
                    <a href=stream_href(&stream) title=stream.clone()>{short_stream(&stream)}</a>
                </td>
                <td class="col-command is-wide">{command}</td>
            </tr>
        }
    };
    let rows: Vec<_> = events.iter().map(row).collect();
    view! {
        <table class="table relatives">
            <caption class="visually-hidden">{label}</caption>
            <thead>
                <tr>
                    <th scope="col" class="n col-position">"Position"</th>
                    <th scope="col" class="n col-apart">"After"</th>
                    <th scope="col" class="col-type">"Event"</th>
                    <th scope="col" class="col-stream is-wide">"Stream"</th>
                    <th scope="col" class="col-command is-wide">"Written by"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
