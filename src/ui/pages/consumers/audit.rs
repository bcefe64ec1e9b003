//! What operators did to a consumer: the last events of its audit stream.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::api::list_deeds;
use crate::contract::{
    ConsumerRow, EventId, OperationId, OperationState, Position, Problem, RecordedEvent, Timestamp,
};
use crate::ui::live::use_live;
use crate::ui::parts::{Empty, ErrorNote, Panel, PositionLink, Time};

/// How many are looked at.
const LOOKED_AT: u32 = 100;
/// How many are shown.
const SHOWN: usize = 20;

/// The last deeds, newest first, read again whenever one is done.
pub type Deeds = Resource<Result<Vec<Deed>, Problem>>;

/// One deed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// The event.
    pub id: EventId,
    /// Its place in the log.
    pub position: Position,
    /// When it was done.
    pub at: Timestamp,
    /// What it was.
    pub event_type: String,
    /// Who did it.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// Where the consumer was set and how many events that takes, where it was a reset.
    pub reset: Option<(Position, u64)>,
    /// The operation that has ended, and how, where one has.
    pub ended: Option<(OperationId, OperationState)>,
}

/// The payload of an audit event, as far as it is shown.
#[derive(Default, Deserialize)]
struct Payload {
    #[serde(default)]
    by: String,
    reason: Option<String>,
    to: Option<Position>,
    events: Option<u64>,
    operation: Option<OperationId>,
    state: Option<OperationState>,
}

impl Deed {
    fn of(event: &RecordedEvent) -> Deed {
        // An event that says none of it is shown all the same.
        let payload = serde_json::from_str::<Payload>(event.data.get()).unwrap_or_default();
        Deed {
            id: event.id,
            position: event.position,
            at: event.recorded_at,
            event_type: event.event_type.clone(),
            by: payload.by,
            reason: payload.reason.unwrap_or_default(),
            reset: payload.to.zip(payload.events),
            ended: payload.operation.zip(payload.state),
        }
    }
}

/// The last deeds on a consumer, read again whenever it is paused or resumed and whenever an operation begins or ends.
#[must_use]
pub fn deeds_of(name: Memo<String>) -> Deeds {
    let live = use_live();
    let standing = Memo::new(move |_| {
        let row = name.with(|name| live.consumer(name));
        let operation = |row: &ConsumerRow| row.operation.as_ref().map(|operation| operation.id);
        row.map(|row| (operation(&row), row.paused))
            .unwrap_or_default()
    });
    let source = move || (name.get(), standing.get());
    Resource::new_blocking(source, |(name, _)| read(name))
}

async fn read(name: String) -> Result<Vec<Deed>, Problem> {
    let events = list_deeds(name, LOOKED_AT).await?;
    Ok(events.iter().map(Deed::of).collect())
}

/// The audit stream of a consumer.
#[component]
pub fn AuditPanel(
    /// The consumer.
    name: String,
    /// Its last deeds.
    deeds: Deeds,
) -> impl IntoView {
    let stream = format!("/streams/audit-{name}");
    let aside = move || view! { <a href=stream.clone()>"audit stream"</a> };
    view! {
        <Panel title="What operators did" class="is-flush" aside>
            <Transition>
                {move || Suspend::new(async move {
                    match deeds.await {
                        Ok(deeds) if deeds.is_empty() => {
                            view! { <Empty title="Nobody has touched it."/> }.into_any()
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
    let rows: Vec<_> = deeds.into_iter().take(SHOWN).map(row).collect();
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
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
