//! Building a read model anew beside the one that answers: first what that would mean, then the deed. The address opens the
//! review.

mod plan;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::live::Consumers;
use super::refused::RefusedButton;
use super::review::{REBUILD, ReviewFrame, href_closed, href_open, refusal};
use crate::api::plan_rebuild;
use crate::contract::{ConsumerKind, ConsumerRow, Problem, RebuildPlan};
use crate::ui::parts::query_text;
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

/// The plan that the address asks for; `None` where it asks for none.
pub type FirstRebuild = Resource<Option<Result<RebuildPlan, Problem>>>;

fn is_in_address() -> Memo<bool> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query_text(query, REBUILD).is_some()))
}

/// What the server would do, where the address asks for it.
#[must_use]
pub fn rebuild_of(name: Memo<String>) -> FirstRebuild {
    let is_asked = is_in_address();
    Resource::new_blocking(
        move || is_asked.get().then(|| name.get()),
        |name| async move { Some(plan_rebuild(name?).await) },
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
    let is_open = is_in_address();
    move || {
        let name = name.clone();
        is_open
            .get()
            .then(|| view! { <Review name plan consumers/> })
    }
}

#[component]
fn Review(name: String, plan: FirstRebuild, consumers: Consumers) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let title = format!("Rebuild {name}");
    let close = Signal::derive(move || query.with(|query| href_closed(&path.get(), query)));
    view! {
        <ReviewFrame title close>
            <div class="review-plan">
                <Transition>
                    {move || Suspend::new(async move {
                        plan.await.map(|plan| match plan {
                            Ok(first) => view! { <Plan first consumers/> }.into_any(),
                            Err(problem) => refusal(problem).into_any(),
                        })
                    })}
                </Transition>
            </div>
        </ReviewFrame>
    }
}
