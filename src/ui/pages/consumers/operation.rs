//! The operation under way: how far it has come, by whom and why, and breaking it off.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::found::found_words;
use super::hand::refused;
use super::live::Consumers;
use super::refused::RefusedButton;
use crate::api::CancelOperation;
use crate::contract::{ConsumerRow, Operation, OperationId, OperationKind, Position};
use crate::ui::parts::{Panel, Progress, Time, duration, position_text, rate, thousands, use_say};

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

/// What breaking an operation off leads to.
fn cancelled_words(kind: OperationKind, from: Position) -> String {
    match kind {
        OperationKind::Reset => format!(
            "It stands again as the reset found it, at {}, with what was parked then.",
            position_text(from)
        ),
        OperationKind::Rebuild => {
            "The new build is thrown away, and the one that answers answers on.".to_owned()
        }
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
    let last_steps = Memo::new(move |_| operation.with(|one| last_steps(one.as_ref()?)));
    let refusal = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            cancel_refusal(row, row.operation.as_ref()?)
        })
    });
    let title = operation_words(first.kind, first.to);
    let label = format!("{title}: events done");
    let consumer = first.consumer.clone();
    let leads_to = cancelled_words(first.kind, first.from);
    view! {
        <Panel title class="under-way" aside=move || "under way">
            <p class="under-way-words">{counted}</p>
            <Progress done total label=label.clone()/>
            {move || last_steps.get().map(|words| view! { <p>{words}</p> })}
            <p class="mute">
                "Started by " <strong>{first.by.clone()}</strong> ", " <Time at=first.started_at/> ": "
                <q>{first.reason.clone()}</q>
            </p>
            {move || match refusal.get() {
                Some(why) => view! { <RefusedButton label="Cancel" id="no-cancel" why/> }.into_any(),
                None => view! { <Cancel id consumer=consumer.clone() leads_to=leads_to.clone() consumers/> }.into_any(),
            }}
        </Panel>
    }
}

/// "164,210 of 380,112 events · 43 % · about 12 s left · 18,000 events/s".
fn progress_words(operation: &Operation) -> String {
    let (done, total) = (thousands(operation.done), thousands(operation.total));
    let counted = format!("{done} of {total} events · {} %", operation.percent());
    match operation.eta_ms {
        Some(0) => counted,
        Some(ms) => {
            let left = operation.total.saturating_sub(operation.done);
            let per_second = rate(left as f64 * 1_000.0 / ms as f64);
            let left = duration(ms as f64);
            format!("{counted} · about {left} left · {per_second} events/s")
        }
        None => format!("{counted} · time left unknown"),
    }
}

/// What a rebuild is at after its events: comparing, and going over; nothing before that.
fn last_steps(operation: &Operation) -> Option<String> {
    match (operation.kind, &operation.compared) {
        (OperationKind::Reset, _) => None,
        (OperationKind::Rebuild, Some(compared)) => {
            let found = found_words(compared.differences.len(), compared.rows, compared.as_of);
            Some(format!(
                "Compared with the one that answers: {found}. Next it answers."
            ))
        }
        (OperationKind::Rebuild, None) if operation.done == operation.total => {
            Some("All is folded. It is being compared with the one that answers.".to_owned())
        }
        (OperationKind::Rebuild, None) => None,
    }
}

#[component]
fn Cancel(
    id: OperationId,
    consumer: String,
    leads_to: String,
    consumers: Consumers,
) -> impl IntoView {
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
                <p>{leads_to}</p>
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Compared, OperationState, Timestamp};

    fn rebuild(done: u64, eta_ms: Option<u64>) -> Operation {
        Operation {
            id: OperationId(uuid::Uuid::nil()),
            kind: OperationKind::Rebuild,
            consumer: "orders".to_owned(),
            state: OperationState::Running,
            done,
            total: 40_000,
            eta_ms,
            started_at: Timestamp::default(),
            ended_at: None,
            by: "Ada".to_owned(),
            reason: "a reason".to_owned(),
            from: Position(50_000),
            to: Position(50_000),
            copy: None,
            compared: None,
            end_reason: None,
        }
    }

    #[test]
    fn progress_is_a_count_a_share_a_time_and_a_rate() {
        assert_eq!(
            progress_words(&rebuild(10_000, Some(2_000))),
            "10,000 of 40,000 events · 25 % · about 2.0 s left · 15,000 events/s"
        );
        assert_eq!(
            progress_words(&rebuild(0, None)),
            "0 of 40,000 events · 0 % · time left unknown"
        );
        assert_eq!(
            progress_words(&rebuild(40_000, Some(0))),
            "40,000 of 40,000 events · 100 %"
        );
    }

    #[test]
    fn what_a_cancel_leads_to_is_said_before() {
        let reset = cancelled_words(OperationKind::Reset, Position(12_391));
        assert!(
            reset.contains("as the reset found it, at #12,391"),
            "{reset}"
        );
        let rebuild = cancelled_words(OperationKind::Rebuild, Position(9));
        assert!(rebuild.contains("answers on"), "{rebuild}");
    }

    #[test]
    fn after_its_events_a_rebuild_is_compared_and_answers() {
        assert_eq!(last_steps(&rebuild(39_999, None)), None);
        let folded = rebuild(40_000, None);
        let words = last_steps(&folded).expect("words");
        assert!(words.contains("being compared"), "{words}");
        let compared = Operation {
            compared: Some(Compared {
                as_of: Position(50_010),
                rows: 9,
                differences: Vec::new(),
            }),
            ..folded
        };
        let words = last_steps(&compared).expect("words");
        assert!(words.contains("equal in 9 rows as of #50,010"), "{words}");
    }
}
