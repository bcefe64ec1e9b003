//! Dialogs on `<dialog>`: the browser keeps the focus inside, makes the rest inert and closes on Esc.

use leptos::{html, prelude::*};

use super::icon::{Icon, Shape};

/// A modal dialog with a heading and a way out.
#[component]
pub fn Dialog(
    /// Whether it is open; turns false when the person closes it.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// A word for its own styles.
    #[prop(default = "")]
    class: &'static str,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        match (open.get(), element.open()) {
            (true, false) => {
                let _ = element.show_modal();
            }
            (false, true) => element.close(),
            _ => {}
        }
    });
    // The backdrop belongs to the dialog element, everything inside to its children.
    let close_on_backdrop = move |event: leptos::ev::MouseEvent| {
        if event.target() == event.current_target() {
            open.set(false);
        }
    };
    view! {
        <dialog
            class=format!("dialog {class}")
            node_ref=dialog
            aria-label=move || title.get()
            on:close=move |_| open.set(false)
            on:click=close_on_backdrop
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2>{move || title.get()}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Close"
                        on:click=move |_| open.set(false)
                    >
                        <Icon shape=Shape::Close />
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}
