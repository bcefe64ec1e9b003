//! The operations of a consumer that have come to an end or not, as its audit stream tells them.

use leptos::prelude::*;

use super::audit::{Deed, Deeds};
use super::operation::operation_words;
use crate::contract::{OperationId, OperationKind, OperationState, Position, Timestamp};
use crate::ui::parts::{
    Badge, Empty, ErrorNote, Panel, Time, duration, operation_label, operation_tone, thousands,
};

/// One operation.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    id: OperationId,
    to: Position,
    events: u64,
    started_at: Timestamp,
    ended: Option<(OperationState, Timestamp)>,
    by: String,
    reason: String,
}

impl Entry {
    fn state(&self) -> OperationState {
        self.ended
            .map_or(OperationState::Running, |(state, _)| state)
    }

    fn took(&self) -> Option<f64> {
        let (_, at) = self.ended?;
        Some(at.millis_since(self.started_at))
    }
}

/// The operations among deeds, both newest first. One whose end is not among them is running, if it is the newest.
fn operations(deeds: &[Deed]) -> Vec<Entry> {
    let mut known: Vec<Entry> = Vec::new();
    for deed in deeds.iter().rev() {
        if let Some((to, events)) = deed.reset {
            supersede(&mut known, deed.at);
            known.push(Entry {
                id: OperationId(deed.id.0),
                to,
                events,
                started_at: deed.at,
                ended: None,
                by: deed.by.clone(),
                reason: deed.reason.clone(),
            });
        }
        if let Some((operation, state)) = deed.ended {
            let ended = known.iter_mut().find(|entry| entry.id == operation);
            if let Some(entry) = ended.filter(|entry| entry.ended.is_none()) {
                entry.ended = Some((state, deed.at));
            }
        }
    }
    known.reverse();
    known
}

/// A new operation takes the place of one that runs.
fn supersede(known: &mut [Entry], at: Timestamp) {
    if let Some(entry) = known.last_mut().filter(|entry| entry.ended.is_none()) {
        entry.ended = Some((OperationState::Superseded, at));
    }
}

/// The operations.
#[component]
pub fn OperationsPanel(
    /// The last deeds of the audit stream.
    deeds: Deeds,
) -> impl IntoView {
    view! {
        <Panel title="Operations" class="is-flush">
            <Transition>
                {move || Suspend::new(async move {
                    match deeds.await {
                        Ok(deeds) => table(operations(&deeds)),
                        Err(problem) => view! { <ErrorNote problem/> }.into_any(),
                    }
                })}
            </Transition>
        </Panel>
    }
}

fn table(operations: Vec<Entry>) -> AnyView {
    if operations.is_empty() {
        return view! { <Empty title="It was never reset."/> }.into_any();
    }
    let row = |entry: Entry| {
        let state = entry.state();
        let took = entry.took().map_or("—".to_owned(), duration);
        view! {
            <tr>
                <td><Time at=entry.started_at/></td>
                <td>{operation_words(OperationKind::Reset, entry.to)}</td>
                <td><Badge tone=Signal::stored(operation_tone(state)) text=Signal::stored(operation_label(state).to_owned())/></td>
                <td class="n is-wide">{thousands(entry.events)}</td>
                <td class="n is-wide">{took}</td>
                <td class="is-wide">{entry.by}</td>
                <td class="wrap is-wide">{entry.reason}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table of operations">
            <table class="table operations">
                <thead>
                    <tr>
                        <th scope="col">"Started"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="n is-wide">"Events"</th>
                        <th scope="col" class="n is-wide">"Took"</th>
                        <th scope="col" class="is-wide">"By"</th>
                        <th scope="col" class="is-wide">"Reason"</th>
                    </tr>
                </thead>
                <tbody>{operations.into_iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::EventId;

    fn deed(number: u128) -> Deed {
        Deed {
            id: EventId(uuid::Uuid::from_u128(number)),
            position: Position(number as u64),
            at: Timestamp::from_micros(number as i64 * 1_000_000),
            event_type: String::new(),
            by: "Ada".to_owned(),
            reason: "a reason".to_owned(),
            reset: None,
            ended: None,
        }
    }

    fn reset(number: u128) -> Deed {
        Deed {
            reset: Some((Position(3), 6)),
            ..deed(number)
        }
    }

    fn ended(number: u128, operation: u128, state: OperationState) -> Deed {
        let operation = OperationId(uuid::Uuid::from_u128(operation));
        Deed {
            ended: Some((operation, state)),
            ..deed(number)
        }
    }

    fn states(mut deeds: Vec<Deed>) -> Vec<(OperationState, Option<f64>)> {
        deeds.reverse();
        let entry = operations(&deeds);
        entry
            .iter()
            .map(|entry| (entry.state(), entry.took()))
            .collect()
    }

    #[test]
    fn an_operation_runs_until_its_end_is_told_or_another_takes_its_place() {
        use OperationState::{Done, Running, Superseded};
        assert_eq!(states(vec![reset(1)]), [(Running, None)]);
        assert_eq!(
            states(vec![reset(1), deed(2), ended(4, 1, Done), reset(5)]),
            [(Running, None), (Done, Some(3_000.0))]
        );
        assert_eq!(
            states(vec![reset(1), reset(3), ended(4, 1, Done)]),
            [(Running, None), (Superseded, Some(2_000.0))]
        );
    }

    #[test]
    fn an_end_whose_beginning_is_too_long_ago_is_no_operation() {
        assert!(states(vec![ended(4, 1, OperationState::Done)]).is_empty());
    }
}
