//! What stands before something wide is done: a part of the page that the address opens, so that it can be looked at by two,
//! and works without script.

use leptos::html::Section;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::contract::Problem;
use crate::ui::parts::{Icon, Shape, href_with, thousands};

/// The part of the address that opens the review of a reset, and those that name the place.
pub const RESET: &str = "reset";
/// A position.
pub const POSITION: &str = "position";
/// A time.
pub const TIME: &str = "time";
/// The part of the address that opens the review of a rebuild.
pub const REBUILD: &str = "rebuild";
/// The part of the address that opens the review of parking an event.
pub const PARK: &str = "park";
/// The part of the address that opens the review of an act on parked events.
pub const PARKED: &str = "parked";

/// The address of the page without a review.
#[must_use]
pub fn href_closed(path: &str, query: &ParamsMap) -> String {
    let mut query = query.clone();
    for key in [POSITION, TIME, REBUILD, PARK, PARKED] {
        let _ = query.remove(key);
    }
    href_with(path, &query, RESET, None)
}

/// The address of the page with a review, and with that one only.
#[must_use]
pub fn href_open(path: &str, query: &ParamsMap, key: &'static str, value: &str) -> String {
    let mut query = query.clone();
    for key in [RESET, POSITION, TIME, REBUILD, PARK, PARKED] {
        let _ = query.remove(key);
    }
    href_with(path, &query, key, Some(value))
}

/// "1 event", "380,112 events".
#[must_use]
pub fn events_words(events: u64) -> String {
    match events {
        1 => "1 event".to_owned(),
        events => format!("{} events", thousands(events)),
    }
}

/// The frame of a review. It takes the focus when it opens.
#[component]
pub fn ReviewFrame(
    /// What is reviewed: "Reset orders".
    title: String,
    /// The address of the page without it.
    #[prop(into)]
    close: Signal<String>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let section = NodeRef::<Section>::new();
    Effect::new(move |_| {
        if let Some(section) = section.get() {
            let _ = section.focus();
        }
    });
    view! {
        <section class="panel review" aria-labelledby="review-title" tabindex="-1" node_ref=section>
            <header class="panel-head">
                <h2 id="review-title">{title}</h2>
                <a class="icon-button" href=close aria-label="Close the review" data-noscroll="true">
                    <Icon shape=Shape::Close/>
                </a>
            </header>
            {children()}
        </section>
    }
    .into_any()
}

/// Why the server would not do it, in its words.
pub fn refusal(problem: Problem) -> impl IntoView {
    view! {
        <div class="error-note" role="alert">
            <p class="error-title">{problem.title}</p>
            <p>{problem.detail}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_review_is_open_at_a_time_and_the_rest_of_the_address_stays() {
        let query: ParamsMap = [("range", "day"), (RESET, "position"), (POSITION, "7")]
            .into_iter()
            .collect();
        let path = "/consumers/orders";
        assert_eq!(href_closed(path, &query), "/consumers/orders?range=day");
        assert_eq!(
            href_open(path, &query, REBUILD, "beside"),
            "/consumers/orders?range=day&rebuild=beside"
        );
    }
}
