//! The operations on a consumer, those that ended and the one under way, with what came of them.

use leptos::prelude::*;

use super::acts::Acts;
use super::found::{differences_list, found_words};
use super::operation::operation_words;
use crate::api::list_operations;
use crate::contract::{Compared, Operation, Problem};
use crate::ui::parts::{
    Badge, Empty, Panel, Time, answered, duration, operation_label, operation_tone, thousands,
};

/// How many are shown.
const SHOWN: usize = 20;

/// The last operations, read again whenever an act on the consumer has come in.
pub type Operations = Resource<Result<Vec<Operation>, Problem>>;

/// The operations on a consumer.
#[must_use]
pub fn operations_of(name: Memo<String>, acts: Acts) -> Operations {
    let source = move || (name.get(), acts.get());
    Resource::new_blocking(source, |(name, _)| list_operations(name, SHOWN))
}

/// The panel.
#[component]
pub fn OperationsPanel(
    /// The last operations.
    operations: Operations,
) -> impl IntoView {
    view! {
        <Panel title="Operations" class="is-flush">
            {answered(operations, |operations| match operations.is_empty() {
                true => view! { <Empty title="It was never reset, and never built anew."/> }.into_any(),
                false => table(operations).into_any(),
            })}
        </Panel>
    }
}

fn table(operations: Vec<Operation>) -> impl IntoView {
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
}

fn row(operation: Operation) -> impl IntoView {
    let took = took(&operation).map_or("—".to_owned(), duration);
    let tone = operation_tone(operation.state);
    let state = operation_label(operation.state).to_owned();
    view! {
        <tr>
            <td><Time at=operation.started_at/></td>
            <td class="wrap">
                {operation_words(operation.kind, operation.to)}
                {operation.compared.map(compared)}
                {operation.end_reason.map(|why| view! { <p class="mute">{why}</p> })}
            </td>
            <td><Badge tone=Signal::stored(tone) text=Signal::stored(state)/></td>
            <td class="n is-wide">{thousands(operation.total)}</td>
            <td class="n is-wide">{took}</td>
            <td class="is-wide">{operation.by}</td>
            <td class="wrap is-wide">{operation.reason}</td>
        </tr>
    }
}

/// How long it took, in milliseconds; not known before it has ended.
fn took(operation: &Operation) -> Option<f64> {
    let ended_at = operation.ended_at?;
    Some(ended_at.millis_since(operation.started_at))
}

/// How a new build compares with the one that answered; what differed is folded behind its number.
fn compared(compared: Compared) -> impl IntoView {
    let words = found_words(compared.differences.len(), compared.rows, compared.as_of);
    if compared.differences.is_empty() {
        return view! { <p class="mute">{words}</p> }.into_any();
    }
    view! {
        <details>
            <summary class="is-wrong">{words}</summary>
            {differences_list(compared.differences)}
        </details>
    }
    .into_any()
}
