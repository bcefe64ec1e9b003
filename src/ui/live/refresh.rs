//! What is not pushed but asked for: fetched anew every so often.

use leptos::prelude::*;
use std::future::Future;

use super::use_live;
use crate::contract::Problem;

/// A value that is fetched anew every so many milliseconds. It is the vital signs that tell the time: a page that is hidden or
/// cut off gets none, asks for nothing, and takes one fresh value when it is back. What cannot be fetched stays as it was.
pub fn refreshed<T, F>(
    first: T,
    every_ms: i64,
    fetch: impl Fn() -> F + Copy + 'static,
) -> RwSignal<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, Problem>> + 'static,
{
    let live = use_live();
    let value = RwSignal::new(first);
    let turn = Memo::new(move |_| {
        let at = live.pulse.with(|pulse| Some(pulse.as_ref()?.at));
        at.map(|at| at.as_micros().div_euclid(every_ms * 1_000))
    });
    Effect::new(move |before: Option<Option<i64>>| {
        let now = turn.get();
        // The first vital signs come with the page, and so did the first value.
        if before.flatten().is_some_and(|before| Some(before) != now) {
            leptos::task::spawn_local(async move {
                if let Ok(fresh) = fetch().await {
                    // The part of the page that asked may be gone by then.
                    let _ = value.try_set(fresh);
                }
            });
        }
        now
    });
    value
}
