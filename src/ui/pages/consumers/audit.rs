//! What operators did to a consumer: the last events of its audit stream.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::api::list_stream;
use crate::contract::{
    ConsumerRow, Direction, Position, Problem, ProblemKind, RecordedEvent, StreamName, Timestamp,
};
use crate::ui::parts::{Empty, ErrorNote, Panel, PositionLink, Time};

/// How many are shown.
const SHOWN: u32 = 20;

/// One deed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Deed {
    position: Position,
    at: Timestamp,
    event_type: String,
    by: String,
    reason: String,
}

/// The payload of an audit event, as far as it is shown.
#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    by: String,
    #[serde(default)]
    reason: String,
}

impl Deed {
    fn of(event: &RecordedEvent) -> Deed {
        // An event that says neither is shown all the same.
        let payload = serde_json::from_str::<Payload>(event.data.get());
        let (by, reason) = payload.map(|p| (p.by, p.reason)).unwrap_or_default();
        Deed {
            position: event.position,
            at: event.recorded_at,
            event_type: event.event_type.clone(),
            by,
            reason,
        }
    }
}

/// The last deeds, newest first; none where nobody ever did anything.
async fn deeds(name: String) -> Result<Vec<Deed>, Problem> {
    let stream = StreamName::try_new(format!("audit-{name}"))
        .map_err(|why| Problem::new(ProblemKind::BadRequest, why.to_string()))?;
    match list_stream(stream, None, Direction::Backward, SHOWN).await {
        Ok(page) => Ok(page.events.iter().map(Deed::of).collect()),
        Err(problem) if problem.is(ProblemKind::StreamNotFound) => Ok(Vec::new()),
        Err(problem) => Err(problem),
    }
}

/// The audit stream of a consumer; read again whenever it is paused or resumed.
#[component]
pub fn AuditPanel(
    /// The consumer.
    name: String,
    /// Its row.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let paused =
        Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.paused.clone())));
    let stream = format!("/streams/audit-{name}");
    let source = move || (name.clone(), paused.get());
    let deeds = Resource::new_blocking(source, |(name, _)| deeds(name));
    let aside = move || view! { <a href=stream.clone()>"audit stream"</a> };
    view! {
        <Panel title="What operators did" class="is-flush" aside>
            <Transition>
                {move || Suspend::new(async move {
                    match deeds.await {
                        Ok(deeds) if deeds.is_empty() => {
                            view! { <Empty title="Nobody has paused or resumed it."/> }.into_any()
                        }
                        Ok(deeds) => deeds_table(deeds).into_any(),
                        Err(problem) => view! { <ErrorNote problem/> }.into_any(),
                    }
                })}
            </Transition>
        </Panel>
    }
}

fn deeds_table(deeds: Vec<Deed>) -> impl IntoView {
    let row = |deed: Deed| {
        view! {
            <tr>
                <td class="n is-wide"><PositionLink position=deed.position/></td>
                <td><Time at=deed.at/></td>
                <td>{deed.event_type}</td>
                <td class="is-wide">{deed.by}</td>
                <td class="wrap">{deed.reason}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table of what operators did">
            <table class="table audit">
                <thead>
                    <tr>
                        <th scope="col" class="n is-wide">"Position"</th>
                        <th scope="col">"When"</th>
                        <th scope="col">"What"</th>
                        <th scope="col" class="is-wide">"By"</th>
                        <th scope="col">"Reason"</th>
                    </tr>
                </thead>
                <tbody>{deeds.into_iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
}
