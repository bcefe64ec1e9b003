//! Text with names between backticks, as descriptions in the document have them.

use leptos::prelude::*;

/// The text, its names as code.
pub fn prose(text: &str) -> Vec<AnyView> {
    let part = |(nth, part): (usize, &str)| match nth % 2 {
        0 => part.to_owned().into_any(),
        _ => view! { <code>{part.to_owned()}</code> }.into_any(),
    };
    text.split('`').enumerate().map(part).collect()
}
