//! What stands where rows would: nothing yet, filtered out, not allowed, out of reach; each with the next step.

use leptos::prelude::*;

use crate::contract::{Problem, ProblemKind};
use crate::ui::live::use_live;

/// Why there is nothing, and what to do about it.
#[component]
pub fn Empty(
    /// What there is none of, in a sentence.
    #[prop(into)]
    title: String,
    /// The next step, as a link or a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p>{title}</p>
            {children.map(|children| view! { <p class="empty-step">{children()}</p> })}
        </div>
    }
    .into_any()
}

/// A skeleton, only where there is nothing older to show.
#[component]
pub fn Loading() -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <span class="visually-hidden">"Loading"</span>
            <span class="loading-bar"></span>
            <span class="loading-bar"></span>
            <span class="loading-bar"></span>
        </div>
    }
    .into_any()
}

/// What is wrong and what to do next.
#[component]
pub fn ErrorNote(
    /// What is wrong.
    problem: Problem,
    /// Tries again, where that can help.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let live = use_live();
    let next = next_step(&problem);
    let again = retry.map(|retry| {
        let again = move |_| {
            live.retry_now();
            retry.run(());
        };
        view! {
            <button type="button" class="button needs-script" on:click=again>
                "Try again"
            </button>
        }
    });
    view! {
        <div class="error-note" role="alert">
            <p class="error-title">{problem.title.clone()}</p>
            <p>{problem.detail.clone()}</p>
            <p class="error-step">{next} {again}</p>
        </div>
    }
    .into_any()
}

fn next_step(problem: &Problem) -> &'static str {
    use ProblemKind as Kind;
    let is = |kind| problem.is(kind);
    if is(Kind::Unreachable) {
        "The server does not answer. The page keeps trying; what it shows is as it last was. "
    } else if is(Kind::StorageUnavailable) {
        "The server answers, but its database does not. See its log and its disk. "
    } else if is(Kind::NotAllowed) || is(Kind::ForbiddenOrigin) {
        "Ask someone with a higher role. "
    } else if is(Kind::NotFound) || is(Kind::StreamNotFound) {
        "It may not be there yet, or the address may be wrong. "
    } else if is(Kind::Overloaded) || is(Kind::ReadModelBehind) || is(Kind::Conflict) {
        "It usually helps to try again in a moment. "
    } else if is(Kind::Internal) {
        "The server's log has more. "
    } else {
        ""
    }
}
