//! The first visit: an empty system explains itself and offers to come alive.

use leptos::prelude::*;

use super::traffic::Traffic;
use crate::contract::Pulse;

/// What an empty system says.
#[component]
pub fn Welcome(
    /// The vital signs.
    pulse: Memo<Pulse>,
) -> impl IntoView {
    let traffic = Traffic::of(pulse);
    view! {
        <section class="welcome" aria-labelledby="welcome-title">
            <h2 id="welcome-title">"Nothing has happened here yet"</h2>
            <p>
                "Highwater writes down every change as an event and shows, live, how each view of the "
                "system comes to agree on it. Give it products, stock and a stream of orders to watch:"
            </p>
            <div class="welcome-actions">
                {traffic.start_form("Bring it to life", "button is-primary")}
                <span class="mute">
                    "or " <a href="/shop/orders/new">"place an order of your own"</a>
                </span>
            </div>
            {move || {
                traffic
                    .problem()
                    .map(|problem| view! { <p class="hand-problem" role="alert">{problem.to_string()}</p> })
            }}
        </section>
    }
}
