//! What parking the event would mean, and the button that does it.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::super::hand::refused;
use super::super::live::Consumers;
use super::super::parked::KeyLink;
use super::super::review::href_closed;
use super::park_refusal;
use crate::api::ParkEvent;
use crate::contract::ParkPlan;
use crate::ui::parts::{PositionLink, position_text, thousands, use_say};

/// The verb and the event, for the button: "Park #380,112 and go on".
fn verb(plan: &ParkPlan) -> String {
    format!("Park {} and go on", position_text(plan.position))
}

/// The event, the reason and the button.
#[component]
pub fn Plan(
    /// The plan.
    plan: ParkPlan,
    /// The consumers of the page, which tell whether there still is something to park.
    consumers: Consumers,
) -> impl IntoView {
    let note = |note: String| view! { <li>{note}</li> };
    let notes: Vec<_> = plan.notes.iter().cloned().map(note).collect();
    view! {
        <div class="plan">
            <dl class="plan-facts">
                <div><dt>"Event"</dt><dd><PositionLink position=plan.position/> " " {plan.event_type.clone()}</dd></div>
                <div><dt>"Key"</dt><dd><KeyLink key=plan.key.clone()/></dd></div>
                <div><dt>"Tried"</dt><dd class="num">{thousands(plan.attempts.into())}</dd></div>
                <div><dt>"Would wait behind it"</dt><dd class="num">{thousands(plan.waiting_behind)}</dd></div>
            </dl>
            <pre class="last-error">{plan.error.clone()}</pre>
            <ul class="plan-notes">{notes}</ul>
            <Confirm plan consumers/>
        </div>
    }
}

/// The reason and the button. Once there is nothing to park any more there is only the reason why not.
#[component]
fn Confirm(plan: ParkPlan, consumers: Consumers) -> impl IntoView {
    let park = ServerAction::<ParkEvent>::new();
    let answer = Signal::derive(move || park.value().get());
    let pending = park.pending();
    let name = plan.consumer.clone();
    let refusal = Memo::new(move |_| park_refusal(&consumers.row(&name)?));
    let (say, navigate) = (use_say(), use_navigate());
    let (query, path) = (use_query_map(), use_location().pathname);
    let words = verb(&plan);
    let said = words.clone();
    Effect::new(move |_| {
        if let Some(Ok(_)) = answer.get() {
            say.say(format!("{said}: under way"));
            let href = query.with_untracked(|query| href_closed(&path.get_untracked(), query));
            let stay = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&href, stay);
        }
    });
    let is_refused = move || refusal.with(Option::is_some);
    view! {
        <ActionForm action=park attr:class="hand-form">
            <input type="hidden" name="name" value=plan.consumer/>
            <input type="hidden" name="position" value=plan.position.to_string()/>
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
