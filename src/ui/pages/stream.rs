//! One stream: everything that ever happened to one aggregate, newest first.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::collections::VecDeque;
use std::sync::Arc;

use super::PageHead;
use crate::api::{list_events, list_stream};
use crate::contract::{
    Delta, Direction, EventFilter, Position, Problem, ProblemKind, RecordedEvent, StreamName,
    StreamPage as StreamSlice, Topic, Version,
};
use crate::ui::browser;
use crate::ui::live::use_live;
use crate::ui::parts::{
    Copy, Crumb, Crumbs, ErrorNote, Time, loaded, order_href, position_text, query_text, thousands,
};

/// Rows of a page.
const PAGE: u32 = 100;

/// The page.
#[component]
pub fn StreamPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name")).unwrap_or_default());
    let from = Memo::new(move |_| {
        let from = query.with(|query| query_text(query, "from"))?;
        from.parse::<u64>().ok().map(Version)
    });
    let slice = Resource::new_blocking(
        move || (name.get(), from.get().map(|from| from.0)),
        |(name, from)| load(name, from.map(Version)),
    );
    let events = RwSignal::new(VecDeque::new());
    let version = RwSignal::new(Version::NONE);
    let again = Callback::new(move |()| slice.refetch());
    let content = loaded(slice, move |slice| match slice {
        Ok((slice, head)) => {
            let follow_from = from.get_untracked().is_none().then_some(head);
            show(events, version, slice, follow_from, again)
        }
        Err(problem) => {
            if problem.status == 404 {
                browser::set_status_not_found();
            }
            view! { <ErrorNote problem=problem retry=again /> }.into_any()
        }
    });
    view! {
        <Crumbs steps=vec![Crumb::new("Events", "/events")] />
        <PageHead
            title=Signal::derive(move || name.get())
            beside=move || view! { <Copy text=Signal::derive(move || name.get()) what="stream's name" /> }
            actions=move || move || order_link(&name.get())
        />
        {content}
    }
    .into_any()
}

/// The slice, and a head that was read before it: whatever is not in the slice comes after that head.
async fn load(name: String, from: Option<Version>) -> Result<(StreamSlice, Position), Problem> {
    let no_name = |invalid| {
        let detail = format!("No stream can have this name: it {invalid}.");
        Problem::new(ProblemKind::StreamNotFound, detail)
    };
    let stream = StreamName::try_new(name).map_err(no_name)?;
    let head = list_events(EventFilter::default(), None, Direction::Backward, 1)
        .await?
        .head;
    let slice = list_stream(stream, from, Direction::Backward, PAGE).await?;
    Ok((slice, head))
}

/// From an order's stream or its payment's to the order.
fn order_link(stream: &str) -> Option<impl IntoView + use<>> {
    let (category, id) = stream.split_once('-')?;
    let id = id
        .parse()
        .ok()
        .filter(|_| matches!(category, "order" | "payment"))?;
    Some(view! { <a class="button" href=order_href(id)>"The order"</a> })
}

fn show(
    events: RwSignal<VecDeque<Arc<RecordedEvent>>>,
    version: RwSignal<Version>,
    slice: StreamSlice,
    follow_from: Option<Position>,
    again: Callback<()>,
) -> AnyView {
    let older = slice.next;
    version.set(slice.version);
    events.set(slice.events.into_iter().map(Arc::new).collect());
    if let Some(head) = follow_from {
        follow(events, version, slice.stream.clone(), head, again);
    }
    let stream = slice.stream.to_string();
    let older = older.map(|from| {
        let href = format!("{}?from={from}", super::events::stream_href(&stream));
        view! { <p class="table-end"><a href=href>"Older events"</a></p> }
    });
    view! {
        <section class="panel is-flush" aria-label="Events of the stream">
            <header class="panel-head">
                <h2>"Newest first"</h2>
                <span class="panel-aside">
                    "version " <b class="num">{move || thousands(version.get().0)}</b>
                </span>
            </header>
            <table class="table stream">
                <thead>
                    <tr>
                        <th scope="col" class="n col-version">"Version"</th>
                        <th scope="col" class="n col-position">"Position"</th>
                        <th scope="col" class="col-time">"Recorded"</th>
                        <th scope="col" class="col-type">"Event"</th>
                        <th scope="col" class="col-data is-wide">"Data"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || events.get() key=|event| event.position.0 children=row />
                </tbody>
            </table>
            {older}
        </section>
    }
    .into_any()
}

/// The gateway knows categories, not streams: what is of another stream is passed over here.
fn follow(
    events: RwSignal<VecDeque<Arc<RecordedEvent>>>,
    version: RwSignal<Version>,
    stream: StreamName,
    after: Position,
    again: Callback<()>,
) {
    let filter = EventFilter {
        category: Some(stream.category().to_owned()),
        ..EventFilter::default()
    };
    use_live()
        .watch(Topic::Events { filter }, after, move |frame| {
            let Delta::Events {
                events: new,
                skipped,
            } = frame.delta
            else {
                return;
            };
            if skipped > 0 {
                return again.run(());
            }
            let is_new = |event: &RecordedEvent| {
                event.stream == stream && event.version > version.get_untracked()
            };
            for event in new {
                if !is_new(&event) {
                    continue;
                }
                version.set(event.version);
                events.update(|events| events.push_front(Arc::new(event)));
            }
        })
        .on_reset(move |_| again.run(()));
}

fn row(event: Arc<RecordedEvent>) -> impl IntoView {
    let data: String = event.data.get().chars().take(160).collect();
    view! {
        <tr>
            <td class="n col-version">{event.version.to_string()}</td>
            <td class="n col-position">
                <a href=format!("/events/{}", event.id) data-row="">
                    {position_text(event.position)}
                </a>
            </td>
            <td class="col-time">
                <Time at=event.recorded_at />
            </td>
            <td class="col-type">
                <b>{event.event_type.clone()}</b>
            </td>
            <td class="col-data is-wide mono">{data}</td>
        </tr>
    }
}
