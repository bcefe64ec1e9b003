//! State badges: icon, word and colour together, never colour alone.

use leptos::prelude::*;

use super::number::thousands;
use crate::contract::{AlertRule, ConsumerRow, ConsumerState, OperationState, OrderStatus};

/// What a state means for the person who looks at it; decides icon and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Ok,
    /// Under way.
    Progress,
    /// Late, or trying again.
    Warn,
    /// Stopped, or broken.
    Bad,
    /// Stopped by a person.
    Operator,
    /// Not known, or done with.
    Quiet,
}

impl Tone {
    /// The class that gives it its colour.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Tone::Ok => "badge tone-ok",
            Tone::Progress => "badge tone-progress",
            Tone::Warn => "badge tone-warn",
            Tone::Bad => "badge tone-bad",
            Tone::Operator => "badge tone-operator",
            Tone::Quiet => "badge tone-quiet",
        }
    }

    /// Its icon: a shape of its own, so that it is told without colour.
    fn path(self) -> &'static str {
        match self {
            Tone::Ok => "M5 1.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7z",
            Tone::Progress => "M5 1a4 4 0 0 0 0 8zM5 1a4 4 0 0 1 0 8V8a3 3 0 0 0 0-6z",
            Tone::Warn => "M5 1l4.5 8h-9z",
            Tone::Bad => "M1.5 1.5h7v7h-7z",
            Tone::Operator => "M2 1.5h2.2v7h-2.2zM5.8 1.5h2.2v7h-2.2z",
            Tone::Quiet => "M1 4h8v2h-8z",
        }
    }
}

/// What a consumer's state means.
#[must_use]
pub fn consumer_tone(state: ConsumerState) -> Tone {
    match state {
        ConsumerState::Ok => Tone::Ok,
        ConsumerState::CatchingUp | ConsumerState::Replaying => Tone::Progress,
        ConsumerState::FallingBehind | ConsumerState::Retrying => Tone::Warn,
        ConsumerState::Stalled | ConsumerState::Faulted | ConsumerState::Offline => Tone::Bad,
        ConsumerState::Paused => Tone::Operator,
        ConsumerState::WarmingUp => Tone::Quiet,
    }
}

/// What a broken rule means.
#[must_use]
pub fn alert_tone(rule: AlertRule) -> Tone {
    match rule {
        AlertRule::Stopped | AlertRule::Differs | AlertRule::Stalled => Tone::Bad,
        AlertRule::AgeOverBudget | AlertRule::Parked | AlertRule::WindowOverBudget => Tone::Warn,
    }
}

/// The word for a broken rule, as a person reads it.
#[must_use]
pub fn alert_label(rule: AlertRule) -> &'static str {
    match rule {
        AlertRule::Stopped => "Stopped",
        AlertRule::Differs => "Wrong",
        AlertRule::Stalled => "Stalled",
        AlertRule::AgeOverBudget => "Late",
        AlertRule::Parked => "Parked",
        AlertRule::WindowOverBudget => "Slow",
    }
}

/// What an operation's state means.
#[must_use]
pub fn operation_tone(state: OperationState) -> Tone {
    match state {
        OperationState::Running => Tone::Progress,
        OperationState::Done => Tone::Ok,
        OperationState::Cancelled => Tone::Operator,
        OperationState::Superseded => Tone::Quiet,
        OperationState::Failed => Tone::Bad,
    }
}

/// The word for an operation's state, as a person reads it.
#[must_use]
pub fn operation_label(state: OperationState) -> &'static str {
    match state {
        OperationState::Running => "Running",
        OperationState::Done => "Done",
        OperationState::Cancelled => "Cancelled",
        OperationState::Superseded => "Superseded",
        OperationState::Failed => "Failed",
    }
}

/// What an order's status means.
#[must_use]
pub fn order_tone(status: OrderStatus) -> Tone {
    match status {
        OrderStatus::Placed | OrderStatus::Reserved | OrderStatus::Paid => Tone::Progress,
        OrderStatus::Confirmed | OrderStatus::Shipped => Tone::Ok,
        OrderStatus::Cancelled => Tone::Bad,
    }
}

/// The word for an order's status, as a person reads it.
#[must_use]
pub fn order_label(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Placed => "Placed",
        OrderStatus::Reserved => "Reserved",
        OrderStatus::Paid => "Paid",
        OrderStatus::Confirmed => "Confirmed",
        OrderStatus::Shipped => "Shipped",
        OrderStatus::Cancelled => "Cancelled",
    }
}

/// A badge of any meaning.
#[component]
pub fn Badge(
    /// What it means.
    #[prop(into)]
    tone: Signal<Tone>,
    /// The word.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <span class=move || tone.get().class()>
            <svg class="badge-icon" viewBox="0 0 10 10" aria-hidden="true">
                <path d=move || tone.get().path() />
            </svg>
            {text}
        </span>
    }
    .into_any()
}

/// A consumer's state, with what counts while it lasts: tries, or how much of a replay is done.
#[component]
pub fn ConsumerBadge(
    /// The consumer; offline where it is not known.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let tone = Signal::derive(move || {
        row.with(|row| match row {
            // What is set aside keeps it from being well.
            Some(row) if row.state == ConsumerState::Ok && row.parked > 0 => Tone::Warn,
            Some(row) => consumer_tone(row.state),
            None => consumer_tone(ConsumerState::Offline),
        })
    });
    let text = Signal::derive(move || {
        row.with(|row| match row {
            Some(row) => consumer_words(row),
            None => ConsumerState::Offline.label().to_owned(),
        })
    });
    view! { <Badge tone text/> }.into_any()
}

/// "Ok", "Ok, 2 parked", "Retrying 3", "Replaying 43 %".
fn consumer_words(row: &ConsumerRow) -> String {
    let label = row.state.label();
    match (row.state, &row.operation) {
        (ConsumerState::Ok, _) if row.parked > 0 => {
            format!("{label}, {} parked", thousands(row.parked))
        }
        (ConsumerState::Retrying, _) if row.attempt > 0 => format!("{label} {}", row.attempt),
        (ConsumerState::Replaying, Some(operation)) => format!("{label} {} %", operation.percent()),
        _ => label.to_owned(),
    }
}

/// An order's status.
#[component]
pub fn OrderBadge(
    /// The status.
    #[prop(into)]
    status: Signal<OrderStatus>,
) -> impl IntoView {
    view! {
        <Badge
            tone=Signal::derive(move || order_tone(status.get()))
            text=Signal::derive(move || order_label(status.get()).to_owned())
        />
    }
    .into_any()
}
