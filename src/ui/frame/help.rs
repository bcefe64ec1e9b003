//! The list of keys.

use leptos::prelude::*;

use super::Overlays;
use super::keyboard::PLACES;
use crate::ui::parts::Dialog;

const KEYS: [(&str, &str); 6] = [
    ("Ctrl K", "Search and go"),
    ("/", "Search on this page"),
    ("j  k", "Next and previous row"),
    ("Space", "Stop and start the live tail"),
    ("Esc", "Close, or leave a field"),
    ("?", "This list"),
];

/// The dialog with the keys.
#[component]
pub fn Help() -> impl IntoView {
    let overlays = expect_context::<Overlays>();
    let row = |keys: String, what: &'static str| {
        view! {
            <div>
                <dt>
                    <kbd>{keys}</kbd>
                </dt>
                <dd>{what}</dd>
            </div>
        }
    };
    let general: Vec<_> = KEYS
        .iter()
        .map(|(keys, what)| row((*keys).to_owned(), what))
        .collect();
    let places: Vec<_> = PLACES
        .iter()
        .map(|(letter, _, name)| row(format!("g {letter}"), name))
        .collect();
    view! {
        <Dialog open=overlays.help title="Keys" class="help">
            <dl class="keys">{general} {places}</dl>
            <p class="mute">
                "For programs: " <a href="/api" on:click=move |_| overlays.help.set(false)>"the API"</a>
                ", with requests to copy."
            </p>
        </Dialog>
    }
    .into_any()
}
