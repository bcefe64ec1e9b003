//! Setting the event aside at which a consumer has stopped, so that it goes on: first what that would mean, then the deed. The
//! address opens the review.

mod plan;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::live::Consumers;
use super::refused::RefusedButton;
use super::review::{PARK, ReviewFrame, href_closed, href_open, refusal};
use crate::api::plan_park;
use crate::contract::{ConsumerKind, ConsumerRow, ConsumerState, ParkPlan, Problem};
use crate::ui::parts::{loaded, query_text};
use plan::Plan;

/// Why there is nothing to park; `None` where there is.
fn park_refusal(row: &ConsumerRow) -> Option<String> {
    match (row.kind, row.state, row.failing_at) {
        (ConsumerKind::Group, ..) => Some("A group parks by itself, or by its members.".to_owned()),
        (_, ConsumerState::Faulted, Some(_)) => None,
        (_, ConsumerState::Retrying, Some(_)) => {
            Some("It is still trying the event again by itself.".to_owned())
        }
        _ => Some("It has not stopped at an event.".to_owned()),
    }
}

/// Opens the review, or says why there is none to be had.
#[component]
pub fn ParkLink(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    const LABEL: &str = "Park this event and go on…";
    let (query, path) = (use_query_map(), use_location().pathname);
    let href = move || query.with(|query| href_open(&path.get(), query, PARK, "event"));
    let refusal = Memo::new(move |_| row.with(|row| park_refusal(row.as_ref()?)));
    move || match refusal.get() {
        None => view! { <a class="button is-primary" href=href data-noscroll="true">{LABEL}</a> }
            .into_any(),
        Some(why) => view! { <RefusedButton label=LABEL id="no-park" why/> }.into_any(),
    }
}

/// The plan that the address asks for; `None` where it asks for none.
pub type FirstPark = Resource<Option<Result<ParkPlan, Problem>>>;

fn is_in_address() -> Memo<bool> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query_text(query, PARK).is_some()))
}

/// What the server would do, where the address asks for it.
#[must_use]
pub fn park_of(name: Memo<String>) -> FirstPark {
    let is_asked = is_in_address();
    Resource::new_blocking(
        move || is_asked.get().then(|| name.get()),
        |name| async move { Some(plan_park(name?).await) },
    )
}

/// The review, where the address asks for it.
#[component]
pub fn ParkReview(
    /// The consumer.
    name: String,
    /// What it shows.
    plan: FirstPark,
    /// The consumers of the page, which tell whether there still is something to park.
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
fn Review(name: String, plan: FirstPark, consumers: Consumers) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let title = format!("Park the event at which {name} has stopped");
    let close = Signal::derive(move || query.with(|query| href_closed(&path.get(), query)));
    view! {
        <ReviewFrame title close>
            <div class="review-plan">
                {loaded(plan, move |plan| {
                    plan.map(|plan| match plan {
                        Ok(plan) => view! { <Plan plan consumers/> }.into_any(),
                        Err(problem) => refusal(problem).into_any(),
                    })
                })}
            </div>
        </ReviewFrame>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{OnPoison, Position};

    #[test]
    fn what_cannot_be_parked_says_why() {
        let row = |kind, state, failing_at: Option<u64>| ConsumerRow {
            kind,
            failing_at: failing_at.map(Position),
            on_poison: Some(OnPoison::Pause),
            ..ConsumerRow::plain("orders", state)
        };
        let why = |kind, state, at| park_refusal(&row(kind, state, at));
        use ConsumerKind::{Group, Projection};
        assert_eq!(why(Projection, ConsumerState::Faulted, Some(7)), None);
        assert!(why(Projection, ConsumerState::Ok, None).is_some());
        assert!(why(Projection, ConsumerState::Retrying, Some(7)).is_some());
        assert!(why(Group, ConsumerState::Faulted, Some(7)).is_some());
    }
}
