//! Measured in the browser.

use leptos::ev::PointerEvent;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

use super::WIDTH_BEFORE;

/// The width of a box in pixels, followed as it changes.
pub fn width_of_box(node: NodeRef<Div>) -> Signal<f64> {
    let width = RwSignal::new(WIDTH_BEFORE);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let watched: Element = element.into();
        let of = watched.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            let now = f64::from(of.client_width());
            // A box that is not shown has no width: what was drawn stays.
            if now > 0.0
                && width
                    .try_get_untracked()
                    .is_some_and(|before| before != now)
            {
                width.set(now);
            }
        });
        if let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) {
            observer.observe(&watched);
            // Both live exactly as long as the chart.
            let held = StoredValue::new_local((observer, changed));
            on_cleanup(move || held.with_value(|(observer, _)| observer.disconnect()));
        }
    });
    width.into()
}

/// Where the pointer of an event is in the box that listens to it, in pixels.
pub fn pointer_in(event: &PointerEvent) -> Option<(f64, f64)> {
    let target: Element = event.current_target()?.dyn_into().ok()?;
    let rect = target.get_bounding_client_rect();
    Some((
        f64::from(event.client_x()) - rect.left(),
        f64::from(event.client_y()) - rect.top(),
    ))
}
