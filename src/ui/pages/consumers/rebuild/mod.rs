//! Building a read model anew beside the one that answers: first what that would mean, then the deed. The address opens the
//! review.

mod choice;
mod plan;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::live::Consumers;
use super::refused::RefusedButton;
use super::review::{REBUILD, ReviewFrame, href_closed, href_open, refusal};
use super::stored::fitting_copy;
use crate::api::plan_rebuild;
use crate::contract::{ConsumerKind, ConsumerRow, Problem, RebuildFrom, RebuildPlan};
use crate::ui::parts::loaded;
use choice::{ChoiceForm, asked_in};
use plan::Plan;

/// Why a consumer cannot be built anew; `None` where it can.
fn rebuild_refusal(row: &ConsumerRow) -> Option<String> {
    match (row.kind, &row.operation) {
        (ConsumerKind::Projection, None) => None,
        (ConsumerKind::Projection, Some(_)) => Some("Another operation is under way.".to_owned()),
        (kind, _) => Some(format!(
            "A {kind} keeps no read model: there is nothing to build."
        )),
    }
}

/// Opens the review, or says why there is none to be had.
#[component]
pub fn RebuildLink(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let href = move || query.with(|query| href_open(&path.get(), query, REBUILD, "beside"));
    let refusal = Memo::new(move |_| row.with(|row| rebuild_refusal(row.as_ref()?)));
    move || match refusal.get() {
        None => {
            view! { <a class="button" href=href data-noscroll="true">"Rebuild…"</a> }.into_any()
        }
        Some(why) => view! { <RefusedButton label="Rebuild…" id="no-rebuild" why/> }.into_any(),
    }
}

/// Where the address asks to begin, and what the server would do then; `None` where it asks for no review.
pub type FirstRebuild = Resource<Option<(Option<RebuildFrom>, Result<RebuildPlan, Problem>)>>;

fn asked_in_address() -> Memo<Option<Option<RebuildFrom>>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(asked_in))
}

/// What the server would do, where the address asks for it.
#[must_use]
pub fn rebuild_of(name: Memo<String>) -> FirstRebuild {
    let asked = asked_in_address();
    Resource::new_blocking(
        move || asked.get().map(|from| (name.get(), from)),
        |asked| async move {
            let (name, from) = asked?;
            Some((from, plan_rebuild(name, from).await))
        },
    )
}

/// The review, where the address asks for it.
#[component]
pub fn RebuildReview(
    /// The consumer.
    name: String,
    /// What it shows first.
    plan: FirstRebuild,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let asked = asked_in_address();
    let is_open = Memo::new(move |_| asked.with(Option::is_some));
    move || {
        let name = name.clone();
        is_open
            .get()
            .then(|| view! { <Review name asked plan consumers/> })
    }
}

#[component]
fn Review(
    name: String,
    asked: Memo<Option<Option<RebuildFrom>>>,
    plan: FirstRebuild,
    consumers: Consumers,
) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let title = format!("Rebuild {name}");
    let close = Signal::derive(move || query.with(|query| href_closed(&path.get(), query)));
    let copy = Memo::new(move |_| fitting_copy(&consumers.row(&name)?));
    let body = move || match copy.get() {
        Some(_) => "review-body",
        None => "",
    };
    view! {
        <ReviewFrame title close>
            <div class=body>
                {move || copy.get().map(|copy| view! { <ChoiceForm asked copy/> })}
                <div class="review-plan">
                    {loaded(plan, move |plan| {
                        plan.map(|(from, plan)| match plan {
                            Ok(first) => view! { <Plan first from consumers/> }.into_any(),
                            Err(problem) => refusal(problem).into_any(),
                        })
                    })}
                </div>
            </div>
        </ReviewFrame>
    }
}
