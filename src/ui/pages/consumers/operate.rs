//! All that an operator can do with a consumer, in one place.

use leptos::prelude::*;

use super::hand::Hand;
use super::live::Consumers;
use super::park::ParkLink;
use super::previous::Previous;
use super::rebuild::RebuildLink;
use super::reset::ResetLink;
use super::stored::StoredCopyWords;
use crate::contract::{ConsumerKind, ConsumerRow};
use crate::ui::parts::Panel;

/// The panel; what is undone most easily comes first.
#[component]
pub fn Operate(
    /// The consumer's name.
    name: String,
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
    /// The consumers of the page, which learn of what was done at once.
    consumers: Consumers,
) -> impl IntoView {
    let is_read_model = move || {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.kind == ConsumerKind::Projection)
        })
    };
    let previous = name.clone();
    view! {
        <Panel title="Operate" class="operate" aside=move || "nothing is lost: the log keeps every event">
            <p class="mute">"Paused, it keeps its place and handles nothing; resumed, it goes on from there."</p>
            <Hand name consumers/>
            <p class="mute operate-next">
                "Stopped at an event that it cannot handle, it can set that aside with all later ones of its key, and go on with the rest."
            </p>
            <ParkLink row/>
            <p class="mute operate-next">
                "Reset, it goes on from another place in the log, after a look at what that means."
            </p>
            <ResetLink/>
            <p class="mute operate-next">
                "Rebuilt, it is folded anew beside the one that answers on, and compared with it before it takes over."
            </p>
            <StoredCopyWords row/>
            <RebuildLink row/>
            <Show when=is_read_model>
                <Previous row name=previous.clone() consumers/>
            </Show>
        </Panel>
    }
}
