//! The operation under way: how far it has come, by whom and why, and breaking it off.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::hand::refused;
use super::live::Consumers;
use crate::api::CancelOperation;
use crate::contract::{ConsumerRow, Operation, OperationId, OperationKind, Position};
use crate::ui::parts::{Panel, Progress, Time, duration, position_text, thousands, use_say};

const CANCEL_REASON: &str = "cancelled from the console";

/// What an operation does, as a heading: "Reset to the start".
#[must_use]
pub fn operation_words(kind: OperationKind, to: Position) -> String {
    match (kind, to) {
        (OperationKind::Reset, Position::START) => "Reset to the start".to_owned(),
        (OperationKind::Reset, to) => format!("Reset to {}", position_text(to)),
        (OperationKind::Rebuild, _) => "Rebuild".to_owned(),
    }
}

/// Why an operation cannot be broken off; `None` where it can.
fn cancel_refusal(row: &ConsumerRow, operation: &Operation) -> Option<String> {
    match operation.kind {
        OperationKind::Reset if row.kind.refolds() => Some(format!(
            "{} is being folded again from the first event and would be wrong if that was broken off. It can be paused.",
            row.name
        )),
        OperationKind::Reset | OperationKind::Rebuild => None,
    }
}

/// The operation on a consumer that is under way; nothing where there is none.
#[component]
pub fn UnderWay(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let operation = Memo::new(move |_| row.with(|row| row.as_ref()?.operation.clone()));
    let id = Memo::new(move |_| operation.with(|operation| operation.as_ref().map(|one| one.id)));
    move || {
        let id = id.get()?;
        let first = operation.get_untracked()?;
        Some(view! { <Running id first operation row consumers/> })
    }
}

/// One operation; what moves is read from `operation`, what it is for good from `first`.
#[component]
fn Running(
    id: OperationId,
    first: Operation,
    operation: Memo<Option<Operation>>,
    row: Memo<Option<ConsumerRow>>,
    consumers: Consumers,
) -> impl IntoView {
    let of = move |value: fn(&Operation) -> u64| {
        Signal::derive(move || operation.with(|one| one.as_ref().map_or(0, value)))
    };
    let (done, total) = (of(|one| one.done), of(|one| one.total));
    let counted = move || operation.with(|one| one.as_ref().map(progress_words));
    let refusal = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            cancel_refusal(row, row.operation.as_ref()?)
        })
    });
    let title = operation_words(first.kind, first.to);
    let label = format!("{title}: events done");
    let consumer = first.consumer.clone();
    view! {
        <Panel title class="under-way" aside=move || "under way">
            <p class="under-way-words">{counted}</p>
            <Progress done total label=label.clone()/>
            <p class="mute">
                "Started by " <strong>{first.by.clone()}</strong> ", " <Time at=first.started_at/> ": "
                <q>{first.reason.clone()}</q>
            </p>
            {move || match refusal.get() {
                Some(why) => view! { <NoCancel why/> }.into_any(),
                None => view! { <Cancel id consumer=consumer.clone() consumers/> }.into_any(),
            }}
        </Panel>
    }
}

/// "164,210 of 380,112 events · 43 % · about 12 s left".
fn progress_words(operation: &Operation) -> String {
    let (done, total) = (thousands(operation.done), thousands(operation.total));
    let left = match operation.eta_ms {
        Some(ms) => format!("about {} left", duration(ms as f64)),
        None => "time left unknown".to_owned(),
    };
    format!(
        "{done} of {total} events · {} % · {left}",
        operation.percent()
    )
}

/// A button that cannot be pressed, and why.
#[component]
fn NoCancel(why: String) -> impl IntoView {
    view! {
        <p class="refused-line">
            <button type="button" class="button is-small" disabled aria-describedby="no-cancel">"Cancel"</button>
            " " <span id="no-cancel" class="mute">{why}</span>
        </p>
    }
}

#[component]
fn Cancel(id: OperationId, consumer: String, consumers: Consumers) -> impl IntoView {
    let cancel = ServerAction::<CancelOperation>::new();
    let answer = Signal::derive(move || cancel.value().get());
    let pending = cancel.pending();
    let say = use_say();
    Effect::new(move |_| {
        if let Some(Ok(_)) = answer.get() {
            consumers.ended(&consumer);
            say.say(format!("The operation on {consumer} is cancelled"));
        }
    });
    view! {
        <details class="hand-fold">
            <summary class="button is-small">"Cancel…"</summary>
            <ActionForm action=cancel attr:class="hand-form">
                <input type="hidden" name="id" value=id.to_string()/>
                <label class="field">
                    <span class="label">"Reason"</span>
                    <input class="input" type="text" name="reason" required maxlength="500" value=CANCEL_REASON/>
                </label>
                <button class="button is-danger" disabled=move || pending.get()>
                    {move || if pending.get() { "Cancelling" } else { "Cancel the operation" }}
                </button>
            </ActionForm>
        </details>
        {move || refused(answer)}
    }
}
