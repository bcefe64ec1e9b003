//! The build of a read model that answered before the last rebuild: going back to it, which can be undone, and throwing it
//! away, which cannot.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::hand::{answer, refused};
use super::live::Consumers;
use super::refused::RefusedButton;
use crate::api::{ForgetPrevious, SwitchBack};
use crate::contract::ConsumerRow;
use crate::ui::parts::use_say;

const SWITCH_REASON: &str = "switched back from the console";
const UNDO_REASON: &str = "undone from the console";
const FORGET_REASON: &str = "the present build is right";

/// What can be done with the build before.
#[component]
pub fn Previous(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
    /// Its name.
    name: String,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let is_kept =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.previous_kept)));
    let switch = ServerAction::<SwitchBack>::new();
    let forget = ServerAction::<ForgetPrevious>::new();
    let switched = Signal::derive(move || switch.value().get());
    let forgotten = Signal::derive(move || forget.value().get());
    let name = StoredValue::new(name);
    answer(consumers, switched, move || {
        let undo = move || {
            let (name, reason) = (name.get_value(), UNDO_REASON.to_owned());
            switch.dispatch(SwitchBack { name, reason });
        };
        let words = format!("{}: the build before answers again", name.get_value());
        (words, undo.into())
    });
    let say = use_say();
    Effect::new(move |_| {
        if let Some(Ok(_)) = forgotten.get() {
            consumers.forgot_previous(&name.get_value());
            say.say(format!("{}: the build before is gone", name.get_value()));
        }
    });
    view! {
        <div class="previous">
            {move || {
                if is_kept.get() {
                    view! {
                        <p class="mute">
                            "The build before is kept. It can answer again and catches up from where it was left."
                        </p>
                        {switch_form(name.get_value(), switch)}
                        {forget_form(name.get_value(), forget)}
                    }
                    .into_any()
                } else {
                    let why = "No build before this one is kept.".to_owned();
                    view! { <RefusedButton label="Switch back" id="no-switch-back" why/> }.into_any()
                }
            }}
            {move || refused(switched)}
            {move || refused(forgotten)}
        </div>
    }
}

fn switch_form(name: String, action: ServerAction<SwitchBack>) -> impl IntoView {
    let pending = action.pending();
    view! {
        <ActionForm action attr:class="switch-form">
            <input type="hidden" name="name" value=name/>
            <input type="hidden" name="reason" value=SWITCH_REASON/>
            <button class="button" disabled=move || pending.get()>
                {move || if pending.get() { "Switching back" } else { "Switch back" }}
            </button>
        </ActionForm>
    }
}

/// The name is typed: the browser checks it, with script and without, and so does the server.
fn forget_form(name: String, action: ServerAction<ForgetPrevious>) -> impl IntoView {
    let pending = action.pending();
    let label = format!("Type {name} to confirm");
    let hint = format!("Type {name}: what is thrown away does not come back.");
    view! {
        <details class="hand-fold">
            <summary class="button">"Forget…"</summary>
            <ActionForm action attr:class="hand-form">
                <input type="hidden" name="name" value=name.clone()/>
                <label class="field">
                    <span class="label">{label}</span>
                    <input class="input" type="text" name="typed" required pattern=name title=hint autocomplete="off"/>
                </label>
                <label class="field">
                    <span class="label">"Reason"</span>
                    <input class="input" type="text" name="reason" required maxlength="500" value=FORGET_REASON/>
                </label>
                <button class="button is-danger" disabled=move || pending.get()>
                    {move || if pending.get() { "Forgetting" } else { "Forget the build before" }}
                </button>
            </ActionForm>
        </details>
    }
}
