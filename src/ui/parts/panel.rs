//! A panel: a heading, what stands at its right, and its content.

use leptos::prelude::*;

/// A bordered part of a page.
#[component]
pub fn Panel(
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What stands at the right of the heading: as of, a legend, a link.
    #[prop(optional, into)]
    aside: ViewFn,
    /// A word for its own styles.
    #[prop(default = "")]
    class: &'static str,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("panel {class}") aria-label=move || title.get()>
            <header class="panel-head">
                <h2>{move || title.get()}</h2>
                <span class="panel-aside">{aside.run()}</span>
            </header>
            {children()}
        </section>
    }
    .into_any()
}
