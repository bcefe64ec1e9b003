//! What cannot be done stays visible, disabled, with the reason.

use leptos::prelude::*;

/// A button that cannot be pressed, and why.
#[component]
pub fn RefusedButton(
    /// The word on it.
    label: &'static str,
    /// The id of the reason, of which the button tells those who do not see it.
    id: &'static str,
    /// Why not, in a sentence.
    #[prop(into)]
    why: Signal<String>,
) -> impl IntoView {
    view! {
        <p class="refused-line">
            <button type="button" class="button" disabled aria-describedby=id>{label}</button>
            <span id=id class="mute">{why}</span>
        </p>
    }
    .into_any()
}
