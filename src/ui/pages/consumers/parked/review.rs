//! What an act on parked events would do, and the button that does it.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::super::hand::{Answer, refused};
use super::super::review::{PARKED, ReviewFrame, href_closed, refusal};
use super::choice::{Choice, act_word};
use crate::api::{ActOnParked, plan_parked};
use crate::contract::{ConsumerKind, ConsumerRow, ParkedAct, Problem};
use crate::ui::parts::{loaded, query_text, use_say};

/// What the address asks for, and how many events that is.
pub type FirstChoice = Resource<Option<(Choice, Result<u64, Problem>)>>;

fn choice_in_address() -> Memo<Option<Choice>> {
    let query = use_query_map();
    Memo::new(move |_| {
        let text = query.with(|query| query_text(query, PARKED))?;
        Choice::parse(&text)
    })
}

/// What the server would do, where the address asks for it.
#[must_use]
pub fn choice_of(name: Memo<String>) -> FirstChoice {
    let choice = choice_in_address();
    Resource::new_blocking(
        move || choice.get().map(|choice| (name.get(), choice)),
        |asked| async move {
            let (name, choice) = asked?;
            Some((choice, plan_parked(name, choice.act, choice.id).await))
        },
    )
}

/// The review, where the address asks for it.
#[component]
pub fn ParkedReview(
    /// The consumer's name.
    name: String,
    /// What it shows.
    plan: FirstChoice,
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let choice = choice_in_address();
    let act = Memo::new(move |_| choice.get().map(|choice| choice.act));
    let kind = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.kind)));
    move || {
        let name = name.clone();
        let (act, kind) = (act.get()?, kind.get()?);
        Some(view! { <Review name act kind plan/> })
    }
}

/// What an act means for a consumer of a kind.
fn note(act: ParkedAct, kind: ConsumerKind) -> &'static str {
    match (act, kind) {
        (ParkedAct::Retry, ConsumerKind::Projection) => {
            "The read model is built anew beside the one that answers, with all of them in their places, and answers once it has \
             caught up. What still cannot be folded is parked again."
        }
        (ParkedAct::Retry, ConsumerKind::Group) => {
            "It is sent again, as if for the first time, before what waits behind it. What is parked from now on is not meant."
        }
        (ParkedAct::Retry, _) => {
            "It is handled late, and then what waits behind it. What fails again stays parked. What is parked from now on is not \
             meant."
        }
        (ParkedAct::Discard, ConsumerKind::Group) => {
            "The group never gets it; what waits behind it goes on. The log keeps it. What is parked from now on is not meant."
        }
        (ParkedAct::Discard, _) => {
            "It is never handled, and commands that it caused and that were not sent never are; what waits behind it goes on. The \
             log keeps it. What is parked from now on is not meant."
        }
    }
}

#[component]
fn Review(name: String, act: ParkedAct, kind: ConsumerKind, plan: FirstChoice) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let title = match act {
        ParkedAct::Retry => format!("Retry what {name} has parked"),
        ParkedAct::Discard => format!("Discard what {name} has parked"),
    };
    let close = Signal::derive(move || query.with(|query| href_closed(&path.get(), query)));
    view! {
        <ReviewFrame title close>
            <div class="plan">
                <p>{note(act, kind)}</p>
                {loaded(plan, move |plan| {
                    plan.map(|(choice, events)| match events {
                        Ok(events) => view! { <Confirm name=name.clone() choice kind events/> }.into_any(),
                        Err(problem) => refusal(problem).into_any(),
                    })
                })}
            </div>
        </ReviewFrame>
    }
}

/// The reason and the button; where nothing is parked there is nothing to do.
#[component]
fn Confirm(name: String, choice: Choice, kind: ConsumerKind, events: u64) -> impl IntoView {
    let action = ServerAction::<ActOnParked>::new();
    let answer = Signal::derive(move || action.value().get());
    let pending = action.pending();
    close_when_done(answer, choice, kind);
    let class = match choice.act {
        ParkedAct::Retry => "button is-primary",
        ParkedAct::Discard => "button is-danger",
    };
    let words = match events {
        0 => "Nothing of it is parked any more".to_owned(),
        events => choice.verb(kind, events),
    };
    let id = choice
        .id
        .map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> });
    view! {
        <ActionForm action attr:class="hand-form">
            <input type="hidden" name="name" value=name/>
            <input type="hidden" name="act" value=act_word(choice.act)/>
            {id}
            <label class="field">
                <span class="label">"Reason, for the audit stream"</span>
                <input class="input" type="text" name="reason" required maxlength="500"/>
            </label>
            <button class=class disabled=move || events == 0 || pending.get()>{words}</button>
        </ActionForm>
        {move || refused(answer)}
    }
}

fn close_when_done(answer: Answer<u64>, choice: Choice, kind: ConsumerKind) {
    let (say, navigate) = (use_say(), use_navigate());
    let (query, path) = (use_query_map(), use_location().pathname);
    Effect::new(move |_| {
        if let Some(Ok(events)) = answer.get() {
            // A group is done when it answers; what the server's own consumers do can be watched.
            let how = match kind {
                ConsumerKind::Group => "done",
                _ => "under way",
            };
            say.say(format!("{}: {how}", choice.verb(kind, events)));
            let href = query.with_untracked(|query| href_closed(&path.get_untracked(), query));
            let stay = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&href, stay);
        }
    });
}
