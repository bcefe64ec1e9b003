//! On the server nothing has a size yet.

use leptos::ev::PointerEvent;
use leptos::html::Div;
use leptos::prelude::*;

use super::WIDTH_BEFORE;

/// The width that charts are drawn at until they are measured.
pub fn width_of_box(_node: NodeRef<Div>) -> Signal<f64> {
    Signal::stored(WIDTH_BEFORE)
}

/// No pointer is on the server.
pub fn pointer_in(_event: &PointerEvent) -> Option<(f64, f64)> {
    None
}
