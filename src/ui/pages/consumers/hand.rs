//! The operator's hand: pause and resume. Both can be undone, so neither asks twice; the reason goes into the audit
//! stream. The forms work without script too.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::live::Consumers;
use crate::api::{PauseConsumer, ResumeConsumer};
use crate::contract::{ConsumerRow, ConsumerState, Problem};
use crate::ui::parts::use_say;

const PAUSE_REASON: &str = "paused from the console";
const RESUME_REASON: &str = "resumed from the console";
const UNDO_REASON: &str = "undone from the console";
/// After how many minutes a pause can end by itself.
const PAUSES: [(u32, &str); 6] = [
    (0, "Until it is resumed"),
    (5, "For 5 minutes"),
    (15, "For 15 minutes"),
    (60, "For an hour"),
    (480, "For 8 hours"),
    (1_440, "For a day"),
];

/// Pauses or resumes one consumer.
#[component]
pub fn Hand(
    /// The consumer.
    name: String,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
    /// Whether the form with the reason is folded behind a button.
    #[prop(optional)]
    folded: bool,
) -> impl IntoView {
    let name = StoredValue::new(name);
    let pause = ServerAction::<PauseConsumer>::new();
    let resume = ServerAction::<ResumeConsumer>::new();
    let stands_still = Memo::new(move |_| {
        name.with_value(|name| consumers.row(name))
            .is_some_and(|row| row.paused.is_some() || row.state == ConsumerState::Faulted)
    });
    let paused = Signal::derive(move || pause.value().get());
    let resumed = Signal::derive(move || resume.value().get());
    answer(consumers, paused, move || {
        let undo = move || {
            let (name, reason) = (name.get_value(), UNDO_REASON.to_owned());
            resume.dispatch(ResumeConsumer { name, reason });
        };
        (format!("{} is paused", name.get_value()), undo.into())
    });
    answer(consumers, resumed, move || {
        let undo = move || {
            pause.dispatch(PauseConsumer {
                name: name.get_value(),
                reason: UNDO_REASON.to_owned(),
                minutes: 0,
            });
        };
        (format!("{} goes on", name.get_value()), undo.into())
    });
    let form = move || match (stands_still.get(), folded) {
        (true, _) => resume_form(name.get_value(), resume, folded).into_any(),
        (false, false) => pause_form(name.get_value(), pause).into_any(),
        (false, true) => view! {
            <details class="hand-fold">
                <summary class="button is-small" aria-label=format!("Pause {}", name.get_value())>
                    "Pause"
                </summary>
                {pause_form(name.get_value(), pause)}
            </details>
        }
        .into_any(),
    };
    view! {
        <div class="hand">
            {form}
            {move || refused(paused)}
            {move || refused(resumed)}
        </div>
    }
    .into_any()
}

/// What an action answered.
pub type Answer<T> = Signal<Option<Result<T, Problem>>>;

/// Shows what an action did, and offers to undo it.
pub fn answer(
    consumers: Consumers,
    value: Answer<ConsumerRow>,
    words: impl Fn() -> (String, Callback<()>) + 'static,
) {
    let say = use_say();
    Effect::new(move |_| {
        if let Some(Ok(row)) = value.get() {
            consumers.take(row);
            let (text, undo) = words();
            say.offer(text, "Undo", undo);
        }
    });
}

/// Why an action was not done, where it was not.
pub fn refused<T: Send + Sync + 'static>(value: Answer<T>) -> Option<impl IntoView> {
    value.with(|value| {
        let problem = value.as_ref()?.as_ref().err()?;
        Some(view! { <p class="hand-problem" role="alert">{problem.to_string()}</p> })
    })
}

fn pause_form(name: String, action: ServerAction<PauseConsumer>) -> impl IntoView {
    let pending = action.pending();
    let words = format!("Pause {name}");
    let choice = |(minutes, words): (u32, &'static str)| {
        view! { <option value=minutes.to_string()>{words}</option> }
    };
    let pauses = PAUSES.map(choice).collect_view();
    view! {
        <ActionForm action attr:class="hand-form">
            <input type="hidden" name="name" value=name/>
            <label class="field">
                <span class="label">"Reason"</span>
                <input class="input" type="text" name="reason" required maxlength="500" value=PAUSE_REASON/>
            </label>
            <label class="field is-choice">
                <span class="label">"How long"</span>
                <select class="input" name="minutes">{pauses}</select>
            </label>
            <button class="button" disabled=move || pending.get()>
                {move || if pending.get() { "Pausing".to_owned() } else { words.clone() }}
            </button>
        </ActionForm>
    }
}

/// Beside the name of the consumer the word is enough.
fn resume_form(name: String, action: ServerAction<ResumeConsumer>, brief: bool) -> impl IntoView {
    let pending = action.pending();
    let label = format!("Resume {name}");
    let words = if brief {
        "Resume".to_owned()
    } else {
        label.clone()
    };
    view! {
        <ActionForm action attr:class="hand-form">
            <input type="hidden" name="name" value=name/>
            <input type="hidden" name="reason" value=RESUME_REASON/>
            <button class="button is-primary" aria-label=label disabled=move || pending.get()>
                {move || if pending.get() { "Resuming".to_owned() } else { words.clone() }}
            </button>
        </ActionForm>
    }
}
