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
use crate::ui::parts::loaded;
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

/// What the server says to the choice in the address, and where that is; `None` where nothing whole is chosen.
pub type FirstPlan = Resource<Option<(String, Result<ResetPlan, Problem>)>>;

fn choice_in_address() -> Memo<Option<Choice>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(Choice::of))
}

/// The plan that the address asks for.
#[must_use]
pub fn plan_of(name: Memo<String>) -> FirstPlan {
    let choice = choice_in_address();
    let to = Memo::new(move |_| {
        let place = choice.with(|choice| choice.as_ref().and_then(|choice| choice.place().ok()));
        place.map(|to| to.to_string())
    });
    Resource::new_blocking(
        move || (name.get(), to.get()),
        |(name, to)| async move {
            let to = to?;
            let plan = plan_reset(name, to.clone()).await;
            Some((to, plan))
        },
    )
}

/// The review, where the address asks for one.
#[component]
pub fn ResetReview(
    /// The consumer.
    name: String,
    /// What it shows first.
    plan: FirstPlan,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let choice = choice_in_address();
    let is_open = Memo::new(move |_| choice.with(Option::is_some));
    move || {
        let name = name.clone();
        is_open
            .get()
            .then(|| view! { <Review name plan choice consumers/> })
    }
}

#[component]
fn Review(
    name: String,
    plan: FirstPlan,
    choice: Memo<Option<Choice>>,
    consumers: Consumers,
) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let title = format!("Reset {name}");
    let missing =
        move || choice.with(|choice| choice.as_ref().and_then(|choice| choice.place().err()));
    // Told once for each choice, not whenever the numbers move.
    let said = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(Some((_, Ok(plan)))) = plan.get() {
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
                    {loaded(plan, move |plan| match plan {
                        Some((to, Ok(first))) => view! { <Plan first to consumers/> }.into_any(),
                        Some((_, Err(problem))) => refusal(problem).into_any(),
                        None => view! { <p class="mute">{missing}</p> }.into_any(),
                    })}
                </div>
            </div>
        </ReviewFrame>
    }
}
