//! What a reset would do, and the button that does it.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::super::hand::refused;
use super::super::live::Consumers;
use super::super::review::{events_words, href_closed};
use crate::api::{ResetConsumer, plan_reset};
use crate::contract::ResetPlan;
use crate::ui::live::refreshed;
use crate::ui::parts::{duration, position_text, thousands, use_say};

/// As often as the plan is made anew while it is looked at: meanwhile the consumer moves on.
const EVERY_MS: i64 = 5_000;

/// The verb and the number, for the button: "Replay 380,112 events".
#[must_use]
pub fn verb(plan: &ResetPlan) -> String {
    let events = events_words(plan.events);
    if plan.to > plan.from {
        format!("Pass over {events}")
    } else {
        format!("Replay {events}")
    }
}

/// The plan, the reason and the button.
#[component]
pub fn Plan(
    /// The plan.
    first: ResetPlan,
    /// Where to, as the server is asked.
    to: String,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let asked = StoredValue::new((first.consumer.clone(), to.clone()));
    let consumer = first.consumer.clone();
    let plan = refreshed(first, EVERY_MS, move || {
        let (name, to) = asked.get_value();
        plan_reset(name, to)
    });
    view! {
        <div class="plan">
            <PlanFacts plan/>
            <Confirm consumer to plan consumers/>
        </div>
    }
}

#[component]
fn PlanFacts(plan: RwSignal<ResetPlan>) -> impl IntoView {
    let fact = move |name: &'static str, words: fn(&ResetPlan) -> String| {
        view! { <div><dt>{name}</dt><dd class="num">{move || plan.with(words)}</dd></div> }
    };
    // Where it stands there already nothing is done that there would be something to know of.
    let notes = Memo::new(move |_| {
        plan.with(|plan| match plan.from == plan.to {
            true => Vec::new(),
            false => plan.notes.clone(),
        })
    });
    let note = |note: String| view! { <li>{note}</li> };
    view! {
        <dl class="plan-facts">
            {fact("Stands at", |plan| position_text(plan.from))}
            {fact("Goes to", |plan| position_text(plan.to))}
            {fact("Events between", |plan| thousands(plan.events))}
            {fact("Takes about", |plan| plan.estimate_ms.map_or("—".to_owned(), |ms| duration(ms as f64)))}
            {fact("Side effects held back", |plan| thousands(plan.side_effects_held_back))}
        </dl>
        <ul class="plan-notes">{move || notes.get().into_iter().map(note).collect::<Vec<_>>()}</ul>
    }
}

/// The reason and the button. Where it stands there already there is nothing to do.
#[component]
fn Confirm(
    consumer: String,
    to: String,
    plan: RwSignal<ResetPlan>,
    consumers: Consumers,
) -> impl IntoView {
    let reset = ServerAction::<ResetConsumer>::new();
    let answer = Signal::derive(move || reset.value().get());
    let pending = reset.pending();
    let is_there = Memo::new(move |_| plan.with(|plan| plan.from == plan.to));
    let (say, navigate) = (use_say(), use_navigate());
    let (query, path) = (use_query_map(), use_location().pathname);
    Effect::new(move |_| {
        if let Some(Ok(operation)) = answer.get() {
            say.say(format!("{}: under way", plan.with_untracked(verb)));
            consumers.started(operation);
            let href = query.with_untracked(|query| href_closed(&path.get_untracked(), query));
            let stay = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&href, stay);
        }
    });
    let words = move || match (is_there.get(), pending.get()) {
        (true, _) => "It stands there already".to_owned(),
        (false, true) => "Resetting".to_owned(),
        (false, false) => plan.with(verb),
    };
    view! {
        <ActionForm action=reset attr:class="hand-form">
            <input type="hidden" name="name" value=consumer/>
            <input type="hidden" name="to" value=to/>
            <label class="field">
                <span class="label">"Reason, for the audit stream"</span>
                <input class="input" type="text" name="reason" required maxlength="500"/>
            </label>
            <button class="button is-danger" disabled=move || pending.get() || is_there.get()>{words}</button>
        </ActionForm>
        {move || refused(answer)}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Position;

    #[test]
    fn the_button_says_what_it_does_and_to_how_many() {
        let plan = |from, to, events| ResetPlan {
            consumer: "fulfilment".to_owned(),
            from: Position(from),
            to: Position(to),
            events,
            estimate_ms: None,
            side_effects_held_back: 0,
            notes: Vec::new(),
        };
        assert_eq!(verb(&plan(400_000, 0, 380_112)), "Replay 380,112 events");
        assert_eq!(verb(&plan(9, 8, 1)), "Replay 1 event");
        assert_eq!(verb(&plan(9, 30, 17)), "Pass over 17 events");
    }
}
