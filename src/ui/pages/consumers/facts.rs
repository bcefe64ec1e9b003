//! What is known about one consumer, in words and numbers.

use leptos::prelude::*;

use super::table::{age_words, eta_words};
use crate::contract::{ConsumerKind, ConsumerRow, ConsumerState, OnPoison, OtherTypes, Paused};
use crate::ui::parts::{Time, duration, position_text, rate, thousands};

/// How the consumer is, in a sentence; while it is paused: by whom, why and since when.
#[component]
pub fn StateWords(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let paused =
        Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.paused.clone())));
    let words = move || row.with(|row| row.as_ref().map(state_words));
    view! {
        <div class="state-words">
            {move || match paused.get() {
                Some(paused) => paused_words(paused).into_any(),
                None => view! { <p>{words}</p> }.into_any(),
            }}
        </div>
    }
}

fn paused_words(paused: Paused) -> impl IntoView {
    let until = paused.until.map(|until| {
        view! { " It goes on by itself at " <Time at=until exact=true/> "." }
    });
    view! {
        <p>
            "Paused by " <strong>{paused.by}</strong> ", " <Time at=paused.at/> ": "
            <q>{paused.reason}</q> "." {until}
        </p>
    }
}

fn state_words(row: &ConsumerRow) -> String {
    let behind = match row.lag_events {
        1 => "1 event".to_owned(),
        events => format!("{} events", thousands(events)),
    };
    let age = age_words(row);
    match row.state {
        ConsumerState::Ok if row.parked > 0 => format!(
            "Up to date with the log, except for {} and what waits behind.",
            parked_words(row.parked)
        ),
        ConsumerState::Ok => "Up to date with the log.".to_owned(),
        ConsumerState::WarmingUp => "Too little was seen of it yet to say how it is.".to_owned(),
        ConsumerState::Offline if row.kind == ConsumerKind::Group => {
            format!("No member is connected; it is {behind} behind.")
        }
        ConsumerState::Offline => {
            "No sign of life. The process that runs it may be gone.".to_owned()
        }
        ConsumerState::Paused => "Paused.".to_owned(),
        ConsumerState::Faulted => {
            format!(
                "Stopped at {}, which it cannot handle, {behind} before the head.",
                failing_words(row)
            )
        }
        ConsumerState::Retrying if row.failing_at.is_some() => format!(
            "It cannot handle {}; tried {} times so far.",
            failing_words(row),
            row.attempt
        ),
        ConsumerState::Retrying => {
            format!("It failed, and tries again; {} times so far.", row.attempt)
        }
        ConsumerState::Replaying => format!("Handling old events again; {behind} to go."),
        ConsumerState::Stalled => {
            format!("Not moving for {age} although {behind} wait for it.")
        }
        ConsumerState::FallingBehind => {
            format!("Slower than the log: {behind} behind and not gaining.")
        }
        ConsumerState::CatchingUp => match row.eta_ms {
            Some(_) => format!(
                "Gaining on the log: {behind} to go, about {}.",
                eta_words(row)
            ),
            None => format!("Gaining on the log: {behind} to go."),
        },
    }
}

/// "event #1,118", or "an event" where it is not known which.
fn failing_words(row: &ConsumerRow) -> String {
    match row.failing_at {
        Some(position) => format!("event {}", position_text(position)),
        None => "an event".to_owned(),
    }
}

/// "1 parked event", "1,200 parked events".
fn parked_words(parked: u64) -> String {
    match parked {
        1 => "1 parked event".to_owned(),
        parked => format!("{} parked events", thousands(parked)),
    }
}

/// What it does at an event that it cannot handle.
fn policy_words(row: &ConsumerRow) -> String {
    match row.on_poison {
        Some(OnPoison::Pause) => "Stops there",
        Some(OnPoison::Park) => "Parks it",
        None => "—",
    }
    .to_owned()
}

/// What it does with events of types that it does not list.
fn other_types_words(row: &ConsumerRow) -> &'static str {
    match (row.other_types, row.kind) {
        (OtherTypes::PassedOver, ConsumerKind::Group) => {
            "Events that its filter does not want are passed over: only its place moves past them."
        }
        (OtherTypes::PassedOver, _) => {
            "Events of types that it does not list are passed over: only its place moves past them. A listed type in a version \
             that it does not know is not passed over: that is an event that it cannot handle."
        }
    }
}

/// The numbers: where it is, how far behind, how fast; and what it does with an event that it cannot handle or does not list.
#[component]
pub fn Facts(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let fact = move |label: &'static str, words: fn(&ConsumerRow) -> String, note: &'static str| {
        let value = move || row.with(|row| row.as_ref().map_or("—".to_owned(), words));
        view! {
            <div>
                <dt class="stat-name">{label}</dt>
                <dd class="stat-value">{value} <span class="stat-note">{note}</span></dd>
            </div>
        }
    };
    let percentile = |ms: Option<f64>| ms.map_or("—".to_owned(), duration);
    let applied = move || {
        row.with(|row| {
            let applied = row.as_ref().map(|row| row.applied).unwrap_or_default();
            format!("p99 {}", percentile(applied.p99))
        })
    };
    let p50 = move || row.with(|row| percentile(row.as_ref().and_then(|row| row.applied.p50)));
    let per_second = move || {
        row.with(|row| {
            row.as_ref()
                .map_or("—".to_owned(), |row| rate(row.rate_per_s))
        })
    };
    let other_types = move || row.with(|row| row.as_ref().map(other_types_words));
    let catches_up = move || match row.with(|row| row.as_ref().map(eta_words)).as_deref() {
        None | Some("—") => "events/s".to_owned(),
        Some(eta) => format!("events/s, there in {eta}"),
    };
    view! {
        <dl class="stats">
            {fact("Behind", |row| thousands(row.lag_events), "events")}
            {fact("Age", age_words, "of the oldest")}
            {fact("Position", |row| position_text(row.position), "")}
            <div>
                <dt class="stat-name">"Rate"</dt>
                <dd class="stat-value">{per_second} <span class="stat-note">{catches_up}</span></dd>
            </div>
            {fact("Parked", |row| thousands(row.parked), "set aside")}
            {fact("At a poison event", policy_words, "")}
            <div>
                <dt class="stat-name">"Applied after commit"</dt>
                <dd class="stat-value">{p50} <span class="stat-note">{applied}</span></dd>
            </div>
        </dl>
        <p class="mute other-types">{other_types}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_without_members_says_so() {
        let row = ConsumerRow {
            kind: ConsumerKind::Group,
            lag_events: 3,
            ..ConsumerRow::plain("mailer", ConsumerState::Offline)
        };
        let words = "No member is connected; it is 3 events behind.";
        assert_eq!(state_words(&row), words);
    }

    #[test]
    fn what_is_parked_is_counted() {
        assert_eq!(parked_words(1), "1 parked event");
        assert_eq!(parked_words(1_200), "1,200 parked events");
    }
}
