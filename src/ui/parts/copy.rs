//! A button that copies an exact value.

use leptos::prelude::*;
use std::time::Duration;

use super::icon::{Icon, Shape};
use crate::ui::browser;

/// Copies a text and says so on itself for a moment.
#[component]
pub fn Copy(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, for the label: "order id".
    what: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        browser::copy_text(&text.get_untracked());
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            Duration::from_millis(1_500),
        );
    };
    let label = move || match copied.get() {
        true => format!("Copied the {what}"),
        false => format!("Copy the {what}"),
    };
    view! {
        <button
            type="button"
            class="copy needs-script"
            class:is-done=move || copied.get()
            title=label
            aria-label=label
            on:click=copy
        >
            <Icon shape=Shape::Copy />
        </button>
    }
    .into_any()
}
