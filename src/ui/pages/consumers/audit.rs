//! What operators did to a consumer: the last events of its audit stream.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::acts::{Acts, audit_stream};
use super::found::found_words;
use super::operation::operation_words;
use super::review::events_words;
use crate::api::list_deeds;
use crate::contract::{OperationKind, OperationState, Position, Problem, RecordedEvent, Timestamp};
use crate::ui::parts::{Empty, Panel, PositionLink, Time, answered, position_text, thousands};

/// How many are shown.
const SHOWN: u32 = 20;

/// The last deeds, newest first.
pub type Deeds = Resource<Result<Vec<Deed>, Problem>>;

/// One deed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// Its place in the log.
    position: Position,
    /// When it was done.
    at: Timestamp,
    /// What it was, in words.
    what: String,
    /// Who did it.
    by: String,
    /// Their reason.
    reason: String,
}

/// The payload of an audit event, as far as it is shown.
#[derive(Default, Deserialize)]
struct Payload {
    by: Option<String>,
    reason: Option<String>,
    to: Option<Position>,
    events: Option<u64>,
    state: Option<OperationState>,
    as_of: Option<Position>,
    position: Option<Position>,
    copy: Option<Position>,
    rows: Option<u64>,
    ids: Option<Vec<u64>>,
    up_to: Option<Position>,
    #[serde(default)]
    differences: Vec<String>,
}

impl Deed {
    fn of(event: &RecordedEvent) -> Deed {
        // An event that says none of it is shown all the same.
        let payload = serde_json::from_str::<Payload>(event.data.get()).unwrap_or_default();
        Deed {
            position: event.position,
            at: event.recorded_at,
            what: what(&event.event_type, &payload).unwrap_or_else(|| event.event_type.clone()),
            by: payload.by.unwrap_or_else(|| "the server".to_owned()),
            reason: payload.reason.unwrap_or_default(),
        }
    }
}

/// What an act was, in words; `None` for one that this build does not know.
fn what(event_type: &str, payload: &Payload) -> Option<String> {
    Some(match event_type {
        "ConsumerPaused" => "Paused".to_owned(),
        "ConsumerResumed" => "Resumed".to_owned(),
        "ConsumerReset" => operation_words(OperationKind::Reset, payload.to?),
        "ConsumerRebuildStarted" => rebuild_words(payload)?,
        "ConsumerRebuildCompared" => {
            let found = found_words(payload.differences.len(), payload.rows?, payload.as_of?);
            format!("Compared: {found}")
        }
        "ConsumerSwitchedBack" => "Switched back to the build before".to_owned(),
        "ConsumerPreviousForgotten" => "Forgot the build before".to_owned(),
        "GroupDefined" => "Defined".to_owned(),
        "GroupRemoved" => "Removed".to_owned(),
        "ConsumerEventParked" => format!("Parked event {}", position_text(payload.position?)),
        "ParkedRetried" => format!("Retried {}", parked_words(payload)),
        "ParkedDiscarded" => format!("Discarded {}", parked_words(payload)),
        "ConsumerOperationEnded" => format!("Operation {}", ended_words(payload.state?)),
        _ => return None,
    })
}

/// What a rebuild was made of: "Rebuild from 12,391 events", "Rebuild from the stored copy as of #12,000 and 391 events".
fn rebuild_words(payload: &Payload) -> Option<String> {
    let events = events_words(payload.events?);
    Some(match payload.copy {
        Some(copy) => {
            let as_of = position_text(copy);
            format!("Rebuild from the stored copy as of {as_of} and {events}")
        }
        None => format!("Rebuild from {events}"),
    })
}

/// Which parked events an act was on: "3 parked events", "parked events up to #9", "all parked events".
fn parked_words(payload: &Payload) -> String {
    match (&payload.ids, payload.up_to) {
        (Some(ids), _) if ids.len() == 1 => "1 parked event".to_owned(),
        (Some(ids), _) => format!("{} parked events", thousands(ids.len() as u64)),
        (None, Some(up_to)) => format!("parked events up to {}", position_text(up_to)),
        (None, None) => "all parked events".to_owned(),
    }
}

fn ended_words(state: OperationState) -> &'static str {
    match state {
        OperationState::Running => "under way",
        OperationState::Done => "done",
        OperationState::Cancelled => "cancelled",
        OperationState::Superseded => "superseded",
        OperationState::Failed => "failed",
    }
}

/// The last deeds on a consumer, read again whenever an act on it has come in.
#[must_use]
pub fn deeds_of(name: Memo<String>, acts: Acts) -> Deeds {
    let source = move || (name.get(), acts.get());
    Resource::new_blocking(source, |(name, _)| read(name))
}

async fn read(name: String) -> Result<Vec<Deed>, Problem> {
    let events = list_deeds(name, SHOWN).await?;
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
    let stream = format!("/streams/{}", audit_stream(&name));
    let aside = move || view! { <a href=stream.clone()>"audit stream"</a> };
    view! {
        <Panel title="What operators did" class="is-flush" aside>
            {answered(deeds, |deeds| match deeds.is_empty() {
                true => view! { <Empty title="Nobody has touched it."/> }.into_any(),
                false => deeds_table(deeds).into_any(),
            })}
        </Panel>
    }
}

fn deeds_table(deeds: Vec<Deed>) -> impl IntoView {
    let row = |deed: Deed| {
        view! {
            <tr>
                <td class="n is-wide"><PositionLink position=deed.position/></td>
                <td><Time at=deed.at/></td>
                <td class="wrap">{deed.what}</td>
                <td class="is-wide">{deed.by}</td>
                <td class="wrap">{deed.reason}</td>
            </tr>
        }
    };
    let rows: Vec<_> = deeds.into_iter().map(row).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(event_type: &str, payload: &str) -> Option<String> {
        what(
            event_type,
            &serde_json::from_str(payload).expect("a payload"),
        )
    }

    #[test]
    fn every_act_is_told_in_words() {
        let told = |event_type, payload| words(event_type, payload).expect("words");
        assert_eq!(told("ConsumerReset", r#"{"to":0}"#), "Reset to the start");
        assert_eq!(
            told("ConsumerRebuildStarted", r#"{"events":12391}"#),
            "Rebuild from 12,391 events"
        );
        assert_eq!(
            told("ConsumerRebuildStarted", r#"{"events":391,"copy":12000}"#),
            "Rebuild from the stored copy as of #12,000 and 391 events"
        );
        assert_eq!(
            told(
                "ConsumerRebuildCompared",
                r#"{"as_of":9,"rows":4,"differences":["orders 17 is missing"]}"#
            ),
            "Compared: 1 difference in 4 rows as of #9"
        );
        assert_eq!(
            told("ConsumerEventParked", r#"{"position":1118}"#),
            "Parked event #1,118"
        );
        assert_eq!(
            told("ParkedDiscarded", r#"{"ids":[4]}"#),
            "Discarded 1 parked event"
        );
        assert_eq!(
            told("ParkedRetried", r#"{"up_to":9}"#),
            "Retried parked events up to #9"
        );
        assert_eq!(
            told("ConsumerOperationEnded", r#"{"state":"done"}"#),
            "Operation done"
        );
    }

    #[test]
    fn an_act_of_a_newer_server_keeps_its_name() {
        assert_eq!(words("ConsumerPraised", "{}"), None);
    }
}
