//! What is loaded, as a view.
//!
//! A `Suspend` that is made again for each value disposes what its view reads before the next view stands; whatever ticks in
//! between, the page's clock say, would read what is gone. Here it is made once and waits for the first value only. Each later
//! value takes the place of the one before in one step.

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::notes::{ErrorNote, Loading};
use crate::contract::Problem;

/// The view of what a resource holds: a skeleton until there is something, and while it is loaded again what was there before.
pub fn loaded<T, V>(resource: Resource<T>, view: impl Fn(T) -> V + Send + 'static) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let first = Suspend::new(async move {
        // Untracked: nobody is to be rendered again for it but the closure below.
        ScopedFuture::new_untracked(resource.into_future()).await;
        move || {
            let value = resource.get()?;
            // Only another value makes the view anew, nothing that is read while it is made.
            Some(untrack(|| view(value)).into_any())
        }
    });
    view! { <Transition fallback=Loading>{first}</Transition> }.into_any()
}

/// The view of what a server function answered; what is wrong instead, with a way to try again.
pub fn answered<T, V>(
    resource: Resource<Result<T, Problem>>,
    view: impl Fn(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let retry = move |()| resource.refetch();
    loaded(resource, move |answer| match answer {
        Ok(value) => view(value).into_any(),
        Err(problem) => view! { <ErrorNote problem retry/> }.into_any(),
    })
}
