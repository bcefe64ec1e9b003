//! What a rebuild would do, and the button that does it.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::super::hand::refused;
use super::super::live::Consumers;
use super::super::review::{events_words, href_closed};
use super::choice::word;
use super::rebuild_refusal;
use crate::api::{RebuildConsumer, plan_rebuild};
use crate::contract::{RebuildFrom, RebuildPlan};
use crate::ui::live::refreshed;
use crate::ui::parts::{duration, position_text, thousands, use_say};

/// As often as the plan is made anew while it is looked at: meanwhile the log grows.
const EVERY_MS: i64 = 5_000;

/// The verb and the number, for the button: "Rebuild from 380,112 events".
fn verb(plan: &RebuildPlan) -> String {
    let events = events_words(plan.events);
    match plan.from {
        RebuildFrom::Copy => format!("Rebuild from the stored copy and {events}"),
        RebuildFrom::Start => format!("Rebuild from {events}"),
    }
}

fn begins_words(plan: &RebuildPlan) -> String {
    match (plan.from, plan.copy) {
        (RebuildFrom::Copy, Some(copy)) => format!("After {}", position_text(copy.as_of)),
        _ => "At the log's start".to_owned(),
    }
}

/// The plan, the reason and the button.
#[component]
pub fn Plan(
    /// The plan.
    first: RebuildPlan,
    /// Where the operator asks to begin; without that, it begins where the plan says.
    from: Option<RebuildFrom>,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let consumer = first.consumer.clone();
    let asked = StoredValue::new(consumer.clone());
    let plan = refreshed(first, EVERY_MS, move || {
        plan_rebuild(asked.get_value(), from)
    });
    view! {
        <div class="plan">
            <PlanFacts plan/>
            <Confirm consumer plan consumers/>
        </div>
    }
}

#[component]
fn PlanFacts(plan: RwSignal<RebuildPlan>) -> impl IntoView {
    let fact = move |name: &'static str, words: fn(&RebuildPlan) -> String| {
        view! { <div><dt>{name}</dt><dd class="num">{move || plan.with(words)}</dd></div> }
    };
    let notes = Memo::new(move |_| plan.with(|plan| plan.notes.clone()));
    let note = |note: String| view! { <li>{note}</li> };
    view! {
        <dl class="plan-facts">
            {fact("Begins", begins_words)}
            {fact("Events to fold", |plan| thousands(plan.events))}
            {fact("Takes about", |plan| plan.estimate_ms.map_or("—".to_owned(), |ms| duration(ms as f64)))}
        </dl>
        <ul class="plan-notes">{move || notes.get().into_iter().map(note).collect::<Vec<_>>()}</ul>
    }
}

/// The reason and the button. While another operation runs there is only the reason why not.
#[component]
fn Confirm(consumer: String, plan: RwSignal<RebuildPlan>, consumers: Consumers) -> impl IntoView {
    let rebuild = ServerAction::<RebuildConsumer>::new();
    let answer = Signal::derive(move || rebuild.value().get());
    let pending = rebuild.pending();
    let name = consumer.clone();
    let refusal = Memo::new(move |_| rebuild_refusal(&consumers.row(&name)?));
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
    let words = move || match pending.get() {
        true => "Starting the rebuild".to_owned(),
        false => plan.with(verb),
    };
    let begins = move || plan.with(|plan| word(plan.from));
    let is_refused = move || refusal.with(Option::is_some);
    view! {
        <ActionForm action=rebuild attr:class="hand-form">
            <input type="hidden" name="name" value=consumer/>
            <input type="hidden" name="from" prop:value=begins value=untrack(begins)/>
            <label class="field">
                <span class="label">"Reason, for the audit stream"</span>
                <input class="input" type="text" name="reason" required maxlength="500"/>
            </label>
            <button class="button is-primary" disabled=move || pending.get() || is_refused()>{words}</button>
        </ActionForm>
        {move || refusal.get().map(|why| view! { <p class="mute">{why}</p> })}
        {move || refused(answer)}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_what_it_does_and_from_how_many() {
        let plan = |from, events| RebuildPlan {
            consumer: "orders".to_owned(),
            from,
            copy: None,
            events,
            estimate_ms: None,
            notes: Vec::new(),
        };
        let (start, copy) = (RebuildFrom::Start, RebuildFrom::Copy);
        assert_eq!(verb(&plan(start, 380_112)), "Rebuild from 380,112 events");
        assert_eq!(verb(&plan(start, 1)), "Rebuild from 1 event");
        let from_copy = "Rebuild from the stored copy and 12 events";
        assert_eq!(verb(&plan(copy, 12)), from_copy);
    }
}
