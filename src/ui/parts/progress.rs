//! How much of something is done.

use leptos::prelude::*;

/// A thin bar. What it measures stands beside it in words.
#[component]
pub fn Progress(
    /// What is done of `total`.
    #[prop(into)]
    done: Signal<u64>,
    /// What there is to do.
    #[prop(into)]
    total: Signal<u64>,
    /// What it measures, for those who do not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    // A bar without anything to do would be one whose end is not known.
    let total = move || total.get().max(1);
    view! {
        <progress class="progress" max=total value=move || done.get().min(total()) aria-label=label></progress>
    }
    .into_any()
}
