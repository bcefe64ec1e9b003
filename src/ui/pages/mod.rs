//! The pages, one file each, and the heading that they share.

pub mod consumers;
pub mod event;
pub mod events;
pub mod horizon;
pub mod missing;
pub mod order;
pub mod orders;
pub mod overview;
pub mod past;
pub mod place_order;
pub mod reference;
pub mod sales;
pub mod stock;
pub mod stream;

use leptos::prelude::*;
use leptos_meta::Title;

/// A page's heading: its title, what stands beside it, and what can be done at the right. Also names the tab.
#[component]
pub fn PageHead(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// What stands beside the title: a badge, a few words.
    #[prop(optional, into)]
    beside: ViewFn,
    /// What can be done: buttons and links, at the right.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    view! {
        <Title text=move || title.get() />
        <header class="page-head">
            <h1>{move || title.get()}</h1>
            <div class="page-beside">{beside.run()}</div>
            <div class="page-actions">{actions.run()}</div>
        </header>
    }
    .into_any()
}
