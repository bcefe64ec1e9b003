//! Setting a consumer to another place in the log: first what that would mean, then the deed. The address opens the review
//! and holds the choice, so that it can be looked at by two, and works without script.

mod choice;
mod form;
mod plan;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::live::Consumers;
use super::review::{RESET, ReviewFrame, href_closed, href_open, refusal};
use crate::api::plan_reset;
use crate::contract::{Problem, ResetPlan};
use choice::Choice;
use form::ChoiceForm;
use plan::{Plan, verb};

/// Opens the review.
#[component]
pub fn ResetLink() -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let href = move || query.with(|query| href_open(&path.get(), query, RESET, "start"));
    view! { <a class="button" href=href data-noscroll="true">"Reset…"</a> }
}

/// What the server says to a choice.
type Answer = (String, Result<ResetPlan, Problem>);

/// The review, where the address asks for one.
#[component]
pub fn ResetReview(
    /// The consumer.
    name: String,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let query = use_query_map();
    let choice = Memo::new(move |_| query.with(Choice::of));
    let is_open = Memo::new(move |_| choice.with(Option::is_some));
    move || {
        let name = name.clone();
        is_open
            .get()
            .then(|| view! { <Review name choice consumers/> })
    }
}

#[component]
fn Review(name: String, choice: Memo<Option<Choice>>, consumers: Consumers) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let title = format!("Reset {name}");
    let place = Memo::new(move |_| choice.with(|choice| choice.as_ref().map(Choice::place)));
    let wanted = Memo::new(move |_| match place.get() {
        Some(Ok(to)) => Some(to.to_string()),
        Some(Err(_)) | None => None,
    });
    let missing = move || place.get().and_then(Result::err);
    let answer = Resource::new_blocking(
        move || wanted.get(),
        move |to| {
            let name = name.clone();
            async move { Some(plan_for(name, to?).await) }
        },
    );
    // Told once for each choice, not whenever the numbers move.
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(Some((_, Ok(plan)))) = answer.get() {
            said.set(format!("The plan: {}", verb(&plan)));
        }
    });
    let close = Signal::derive(move || query.with(|query| href_closed(&path.get(), query)));
    view! {
        <ReviewFrame title close>
            <div class="review-body">
                <ChoiceForm choice/>
                <div class="review-plan">
                    <p class="visually-hidden" role="status">{said}</p>
                    <Transition>
                        {move || Suspend::new(async move {
                            match answer.await {
                                Some((to, Ok(first))) => view! { <Plan first to consumers/> }.into_any(),
                                Some((_, Err(problem))) => refusal(problem).into_any(),
                                None => view! { <p class="mute">{missing}</p> }.into_any(),
                            }
                        })}
                    </Transition>
                </div>
            </div>
        </ReviewFrame>
    }
}

async fn plan_for(name: String, to: String) -> Answer {
    let plan = plan_reset(name, to.clone()).await;
    (to, plan)
}
