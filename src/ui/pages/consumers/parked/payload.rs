//! What a parked event holds, fetched when somebody wants to see it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::get_event;
use crate::contract::{EventId, EventView, Problem};
use crate::ui::pages::event::pretty;

/// The payload, folded away.
#[component]
pub fn Payload(
    /// The event.
    id: EventId,
) -> impl IntoView {
    let found = RwSignal::new(None::<Result<EventView, Problem>>);
    let fetch = move |_| {
        if found.with_untracked(Option::is_none) {
            spawn_local(async move {
                // The row may be gone by then.
                let _ = found.try_set(Some(get_event(id).await));
            });
        }
    };
    let content = move || {
        found.get().map(|found| match found {
            Ok(view) => {
                view! { <pre class="payload" tabindex="0">{pretty(view.event.data.get())}</pre> }
                    .into_any()
            }
            Err(problem) => {
                view! { <p class="hand-problem" role="alert">{problem.to_string()}</p> }.into_any()
            }
        })
    };
    view! {
        <details class="needs-script" on:toggle=fetch>
            <summary>"Payload"</summary>
            {content}
        </details>
    }
}
