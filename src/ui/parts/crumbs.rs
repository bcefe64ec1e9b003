//! Where a page stands: list, then detail, then event.

use leptos::prelude::*;

/// A step on the way to a page.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its name.
    pub label: String,
    /// Its page.
    pub href: String,
}

impl Crumb {
    /// A step with its page.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Crumb {
        Crumb {
            label: label.into(),
            href: href.into(),
        }
    }
}

/// The way to the page, without the page itself, which the heading names.
#[component]
pub fn Crumbs(
    /// The steps, outermost first.
    steps: Vec<Crumb>,
) -> impl IntoView {
    let steps: Vec<_> = steps
        .into_iter()
        .map(|step| view! { <li><a href=step.href>{step.label}</a></li> })
        .collect();
    view! {
        <nav class="crumbs" aria-label="Breadcrumbs">
            <ol>{steps}</ol>
        </nav>
    }
    .into_any()
}
