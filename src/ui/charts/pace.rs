//! When charts are drawn again.

use leptos::prelude::*;
use std::time::Duration;

/// How often what grows is drawn, in milliseconds.
const GROWTH_MS: u64 = 100;

/// A number that rises ten times a second while something grows and the page is seen.
pub fn growth(growing: Signal<bool>) -> Signal<u32> {
    let tick = RwSignal::new(0u32);
    Effect::new(move |_| {
        if !growing.get() {
            return;
        }
        let rise = move || {
            if !document().hidden() {
                tick.update(|tick| *tick = tick.wrapping_add(1));
            }
        };
        if let Ok(handle) = set_interval_with_handle(rise, Duration::from_millis(GROWTH_MS)) {
            on_cleanup(move || handle.clear());
        }
    });
    tick.into()
}

/// A number that rises at most once a frame, however often what `track` reads has changed meanwhile.
pub fn frames(track: impl Fn() + 'static) -> Signal<u32> {
    let frame = RwSignal::new(0u32);
    let waiting = StoredValue::new(false);
    Effect::new(move |before: Option<()>| {
        track();
        // What the effect sees first is drawn already.
        if before.is_none() || waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        request_animation_frame(move || {
            // The chart may be gone by then.
            if waiting.try_set_value(false).is_none() {
                frame.update(|frame| *frame = frame.wrapping_add(1));
            }
        });
    });
    frame.into()
}
